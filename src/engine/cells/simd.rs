//! Everything in the index that needs `unsafe`, each with its reason: instructions asked for by name, after the processor
//! was asked whether it has them, and the mapping of a file.

use std::fs::File;
use std::io;

use memmap2::Mmap;

use super::batch::Lanes;
use super::layout::View;

/// Maps a file for reading.
pub fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the bytes could change under us only if somebody wrote into the file in place. This program never does: it
    // writes another file and renames it. Whatever the bytes are, they are read as plain numbers, with every index checked;
    // a file cut short by others while it is mapped ends the process (SIGBUS), as it would for any program that maps it.
    unsafe { Mmap::map(file) }
}

/// Asks for a place in memory ahead of reading it; nothing else happens, whatever the place.
#[inline(always)]
pub fn prefetch<T>(slice: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch reads nothing and cannot fault; the address is computed without being followed.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(slice.as_ptr().wrapping_add(at).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (slice, at);
}

/// The widest lanes of this processor.
pub fn widest() -> Lanes {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("bmi2")
        {
            return Lanes::Avx512;
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
            return Lanes::Avx2;
        }
    }
    Lanes::Scalar
}

/// The codes of points, with the lanes asked for where the processor has them.
pub fn codes(view: &View, xs: &[f64], ys: &[f64], out: &mut [u32], lanes: Lanes) {
    #[cfg(target_arch = "x86_64")]
    match lanes.min(widest()) {
        // SAFETY: `widest` asked the processor for these instructions.
        Lanes::Avx512 => unsafe { x86::codes_avx512(view, xs, ys, out) },
        // SAFETY: as above.
        Lanes::Avx2 => unsafe { x86::codes_avx2(view, xs, ys, out) },
        Lanes::Scalar => super::batch::run::<super::sieve::Scalar>(view, xs, ys, out),
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let _ = lanes;
        super::batch::run::<super::sieve::Scalar>(view, xs, ys, out)
    }
}

/// What each kind of lanes that this processor has says.
#[cfg(test)]
pub fn sieve_by_every_lane(
    from: &[u32; super::sieve::LANES],
    span: &[u32; super::sieve::LANES],
    point: u32,
) -> Vec<super::sieve::Sieved> {
    use super::sieve::{Scalar, Sieve};
    let mut found = vec![Scalar::sieve(from, span, point)];
    #[cfg(target_arch = "x86_64")]
    {
        if widest() >= Lanes::Avx2 {
            found.push(x86::Avx2::sieve(from, span, point));
        }
        if widest() >= Lanes::Avx512 {
            found.push(x86::Avx512::sieve(from, span, point));
        }
    }
    found
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::super::batch::run;
    use super::super::layout::View;
    use super::super::sieve::{LANES, Sieve, Sieved};

    /// The whole loop compiled for AVX2.
    #[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
    pub fn codes_avx2(view: &View, xs: &[f64], ys: &[f64], out: &mut [u32]) {
        run::<Avx2>(view, xs, ys, out);
    }

    /// The whole loop compiled for AVX-512.
    #[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt,avx512f,avx512bw,avx512vl,avx512dq")]
    pub fn codes_avx512(view: &View, xs: &[f64], ys: &[f64], out: &mut [u32]) {
        run::<Avx512>(view, xs, ys, out);
    }

    pub struct Avx2;

    impl Sieve for Avx2 {
        #[inline(always)]
        fn sieve(from: &[u32; LANES], span: &[u32; LANES], point: u32) -> Sieved {
            // SAFETY: only `codes_avx2` uses this type, and it runs only where there is AVX2. The loads take 8 of 16 words.
            unsafe {
                let (low, high) = (half(from, span, 0, point), half(from, span, 8, point));
                Sieved { crossed: low.crossed | high.crossed << 8, unsure: low.unsure | high.unsure << 8 }
            }
        }
    }

    /// Eight edges; see `sieve::one`, which does the same to one.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn half(from: &[u32; LANES], span: &[u32; LANES], start: usize, point: u32) -> Sieved {
        let load = |words: &[u32; LANES]| {
            // SAFETY: `start` is 0 or 8, so the 8 words are within the 16.
            unsafe { _mm256_loadu_si256(words.as_ptr().add(start).cast()) }
        };
        let (from, span) = (load(from), load(span));
        let to_point = _mm256_sub_epi16(_mm256_set1_epi32(point as i32), from);
        let cross = _mm256_madd_epi16(to_point, span);
        let ones = _mm256_set1_epi16(1);
        // Each size fits 16 bits, a sum of them does not.
        let size = |words: __m256i| _mm256_madd_epi16(_mm256_abs_epi16(words), ones);
        let error = _mm256_add_epi32(_mm256_add_epi32(size(to_point), size(span)), _mm256_set1_epi32(2));
        let v = _mm256_srai_epi32::<16>(_mm256_slli_epi32::<16>(to_point));
        let dy = _mm256_sub_epi32(_mm256_setzero_si256(), _mm256_srai_epi32::<16>(span));
        let zero = _mm256_setzero_si256();
        let between = _mm256_and_si256(_mm256_cmpgt_epi32(v, zero), _mm256_cmpgt_epi32(dy, v));
        let level = _mm256_or_si256(_mm256_cmpeq_epi32(v, zero), _mm256_cmpeq_epi32(v, dy));
        let far = _mm256_cmpgt_epi32(_mm256_abs_epi32(cross), error);
        let west = _mm256_cmpgt_epi32(cross, zero);
        let crossed = _mm256_and_si256(_mm256_and_si256(between, far), west);
        let unsure = _mm256_or_si256(level, _mm256_andnot_si256(far, between));
        let bits = |m: __m256i| _mm256_movemask_ps(_mm256_castsi256_ps(m)) as u32;
        Sieved { crossed: bits(crossed), unsure: bits(unsure) }
    }

    pub struct Avx512;

    impl Sieve for Avx512 {
        #[inline(always)]
        fn sieve(from: &[u32; LANES], span: &[u32; LANES], point: u32) -> Sieved {
            // SAFETY: only `codes_avx512` uses this type, and it runs only where there are these instructions.
            unsafe { whole(from, span, point) }
        }
    }

    /// Sixteen edges; see `sieve::one`, which does the same to one.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn whole(from: &[u32; LANES], span: &[u32; LANES], point: u32) -> Sieved {
        // SAFETY: both arrays are 64 bytes long.
        let (from, span) =
            unsafe { (_mm512_loadu_si512(from.as_ptr().cast()), _mm512_loadu_si512(span.as_ptr().cast())) };
        let to_point = _mm512_sub_epi16(_mm512_set1_epi32(point as i32), from);
        let cross = _mm512_madd_epi16(to_point, span);
        let size = |words: __m512i| _mm512_madd_epi16(_mm512_abs_epi16(words), _mm512_set1_epi16(1));
        let error = _mm512_add_epi32(_mm512_add_epi32(size(to_point), size(span)), _mm512_set1_epi32(2));
        let v = _mm512_srai_epi32::<16>(_mm512_slli_epi32::<16>(to_point));
        let zero = _mm512_setzero_si512();
        let dy = _mm512_sub_epi32(zero, _mm512_srai_epi32::<16>(span));
        let between = _mm512_cmpgt_epi32_mask(v, zero) & _mm512_cmpgt_epi32_mask(dy, v);
        let level = _mm512_cmpeq_epi32_mask(v, zero) | _mm512_cmpeq_epi32_mask(v, dy);
        let far = _mm512_cmpgt_epi32_mask(_mm512_abs_epi32(cross), error);
        let west = _mm512_cmpgt_epi32_mask(cross, zero);
        Sieved { crossed: u32::from(between & far & west), unsure: u32::from(level | (between & !far)) }
    }
}
