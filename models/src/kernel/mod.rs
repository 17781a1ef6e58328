//! The inner loop, once for each set of instructions. Only the kernels know what a processor can do.
//!
//! A kernel multiplies up to six rows of numbers by a panel: 32 columns of weights, as signed bytes, row after row. Every kernel adds up the
//! same products in the same order; they differ only in whether a product is rounded before it is added.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod plain;

/// Columns of a panel.
pub(crate) const PANEL: usize = 32;
/// Rows that a kernel takes at once.
pub(crate) const ROWS_MAX: usize = 6;

/// The results: a row of 32 for each row.
pub(crate) type Sums = [[f32; PANEL]; ROWS_MAX];

/// A set of instructions that this machine has: there is no way to name one that it has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kernel(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Plain,
}

impl Kernel {
    /// Those of this machine, the fastest first.
    pub fn all() -> Vec<Kernel> {
        let mut all = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") {
                all.push(Kernel(Kind::Avx512));
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                all.push(Kernel(Kind::Avx2));
            }
        }
        all.push(Kernel(Kind::Plain));
        all
    }

    /// The fastest one; or, for measuring what another machine would do, the one that `BATON_ENCODER_KERNEL` names.
    pub fn best() -> Kernel {
        let all = Kernel::all();
        let wanted = std::env::var("BATON_ENCODER_KERNEL").ok();
        let named = |kernel: &&Kernel| wanted.as_deref().is_some_and(|name| kernel.name().eq_ignore_ascii_case(name));
        all.iter().find(named).copied().unwrap_or(all[0])
    }

    /// As people know it.
    pub fn name(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "AVX-512",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "AVX2",
            Kind::Plain => "plain",
        }
    }

    /// Multiplies `count` rows, which begin every `stride` numbers, by a panel.
    #[cfg_attr(
        target_arch = "x86_64",
        expect(unsafe_code, reason = "a kind is made only after the processor said that it has these instructions")
    )]
    pub(crate) fn tile(self, rows: &[f32], stride: usize, count: usize, panel: &[u8], sums: &mut Sums) {
        let panel = panel.as_chunks().0;
        assert!((1..=ROWS_MAX).contains(&count) && rows.len() >= (count - 1) * stride + panel.len());
        match self.0 {
            // SAFETY: the instructions are there (above), and the rows are long enough (the assertion).
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { avx512::tile(rows, stride, count, panel, sums) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { avx2::tile(rows, stride, count, panel, sums) },
            Kind::Plain => plain::tile(rows, stride, count, panel, sums),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_agrees_with_the_plain_one() {
        let mut state = 7_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        };
        for (inputs, stride) in [(1, 1), (5, 9), (256, 256), (768, 256), (1280, 1280)] {
            let rows: Vec<f32> = (0..stride * 5 + inputs).map(|_| random() as f32 / 8e6 - 1.0).collect();
            let panel: Vec<u8> = (0..inputs * PANEL).map(|_| random() as u8).collect();
            for count in 1..=ROWS_MAX {
                let mut expected = [[0.0; PANEL]; ROWS_MAX];
                Kernel(Kind::Plain).tile(&rows, stride, count, &panel, &mut expected);
                for kernel in Kernel::all() {
                    let mut sums = [[0.0; PANEL]; ROWS_MAX];
                    kernel.tile(&rows, stride, count, &panel, &mut sums);
                    for (sum, expected) in sums[..count].iter().flatten().zip(expected.iter().flatten()) {
                        let allowed = 1e-5 * (inputs as f32).sqrt() * 128.0;
                        assert!((sum - expected).abs() <= allowed, "{}: {sum} {expected}", kernel.name());
                    }
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "assertion failed")]
    fn rows_that_are_too_short_are_refused() {
        let mut sums = [[0.0; PANEL]; ROWS_MAX];
        Kernel::best().tile(&[0.0; 9], 4, 3, &[0; 2 * PANEL], &mut sums);
    }
}
