//! The kernel for AVX2 with FMA: six rows by sixteen columns at a time.

use std::arch::x86_64::{
    _mm_loadl_epi64, _mm256_broadcast_ss, _mm256_cvtepi8_epi32, _mm256_cvtepi32_ps, _mm256_fmadd_ps, _mm256_setzero_ps,
    _mm256_storeu_ps,
};

use super::{PANEL, Sums};

const LANES: usize = 8;

/// # Safety
/// The processor has AVX2 and FMA; `rows` holds `count` rows (at most six) of as many numbers as the panel has rows.
#[target_feature(enable = "avx2,fma")]
#[expect(unsafe_code, reason = "a kernel: the caller promises the instructions and the lengths")]
pub(super) unsafe fn tile(rows: &[f32], stride: usize, count: usize, panel: &[[u8; PANEL]], sums: &mut Sums) {
    // SAFETY: what the caller promises.
    unsafe {
        match count {
            1 => block::<1>(rows, stride, panel, sums),
            2 => block::<2>(rows, stride, panel, sums),
            3 => block::<3>(rows, stride, panel, sums),
            4 => block::<4>(rows, stride, panel, sums),
            5 => block::<5>(rows, stride, panel, sums),
            _ => block::<6>(rows, stride, panel, sums),
        }
    }
}

#[target_feature(enable = "avx2,fma")]
#[expect(unsafe_code, reason = "a kernel: raw loads without a check each")]
unsafe fn block<const ROWS: usize>(rows: &[f32], stride: usize, panel: &[[u8; PANEL]], sums: &mut Sums) {
    for first in (0..PANEL).step_by(2 * LANES) {
        let mut block = [[_mm256_setzero_ps(); 2]; ROWS];
        for (place, weights) in panel.iter().enumerate() {
            // SAFETY: `first + 16` is at most 32, the length of `weights`; the rows are as long as the caller promised.
            unsafe {
                let weights = weights.as_ptr().add(first);
                let low = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(weights.cast())));
                let high = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(weights.add(LANES).cast())));
                for (row, sums) in block.iter_mut().enumerate() {
                    let input = _mm256_broadcast_ss(&*rows.as_ptr().add(row * stride + place));
                    sums[0] = _mm256_fmadd_ps(input, low, sums[0]);
                    sums[1] = _mm256_fmadd_ps(input, high, sums[1]);
                }
            }
        }
        for (sums, block) in sums.iter_mut().zip(block) {
            // SAFETY: as above.
            unsafe {
                _mm256_storeu_ps(sums.as_mut_ptr().add(first), block[0]);
                _mm256_storeu_ps(sums.as_mut_ptr().add(first + LANES), block[1]);
            }
        }
    }
}
