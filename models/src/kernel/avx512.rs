//! The kernel for AVX-512F: six rows by all 32 columns at a time.

use std::arch::x86_64::{
    _mm_loadu_si128, _mm512_cvtepi8_epi32, _mm512_cvtepi32_ps, _mm512_fmadd_ps, _mm512_set1_ps, _mm512_setzero_ps,
    _mm512_storeu_ps,
};

use super::{PANEL, Sums};

const LANES: usize = 16;

/// # Safety
/// The processor has AVX-512F; `rows` holds `count` rows (at most six) of as many numbers as the panel has rows.
#[target_feature(enable = "avx512f")]
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

#[target_feature(enable = "avx512f")]
#[expect(unsafe_code, reason = "a kernel: raw loads without a check each")]
unsafe fn block<const ROWS: usize>(rows: &[f32], stride: usize, panel: &[[u8; PANEL]], sums: &mut Sums) {
    let mut block = [[_mm512_setzero_ps(); 2]; ROWS];
    for (place, weights) in panel.iter().enumerate() {
        // SAFETY: `weights` has 32 bytes; the rows are as long as the caller promised.
        unsafe {
            let weights = weights.as_ptr();
            let low = _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(weights.cast())));
            let high = _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(weights.add(LANES).cast())));
            for (row, sums) in block.iter_mut().enumerate() {
                let input = _mm512_set1_ps(*rows.as_ptr().add(row * stride + place));
                sums[0] = _mm512_fmadd_ps(input, low, sums[0]);
                sums[1] = _mm512_fmadd_ps(input, high, sums[1]);
            }
        }
    }
    for (sums, block) in sums.iter_mut().zip(block) {
        // SAFETY: a row of sums has 32 numbers.
        unsafe {
            _mm512_storeu_ps(sums.as_mut_ptr(), block[0]);
            _mm512_storeu_ps(sums.as_mut_ptr().add(LANES), block[1]);
        }
    }
}
