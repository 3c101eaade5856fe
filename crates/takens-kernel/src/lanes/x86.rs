//! Registers of four and eight lanes.
//!
//! Everything is inlined into functions compiled for the instruction set, which are in `functions` and
//! `tiles`; there alone may these types be used.

use super::vector::Lanes;
use std::arch::x86_64::*;
use std::ops::{Add, Div, Mul, Neg, Sub};
use takens_core::math::generic::{MODERATE, Real};

/// AVX2.
#[derive(Clone, Copy)]
pub(super) struct Four(__m256d);

/// AVX-512 F and DQ.
#[derive(Clone, Copy)]
pub(super) struct Eight(__m512d);

/// `2^52`, and the same with the bias of exponents.
const TWO_52: f64 = 4_503_599_627_370_496.0;
const BIASED: f64 = TWO_52 + 1023.0;

macro_rules! operators {
    ($lanes:ident: $($operator:ident $method:ident $intrinsic:ident)*) => {
        $(impl $operator for $lanes {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                // SAFETY: used on machines that have the instruction alone, as all of this module.
                Self(unsafe { $intrinsic(self.0, other.0) })
            }
        })*
    };
}

operators!(Four: Add add _mm256_add_pd Sub sub _mm256_sub_pd Mul mul _mm256_mul_pd Div div _mm256_div_pd);
operators!(Eight: Add add _mm512_add_pd Sub sub _mm512_sub_pd Mul mul _mm512_mul_pd Div div _mm512_div_pd);

impl Neg for Four {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe { _mm256_xor_pd(self.0, _mm256_set1_pd(-0.0)) })
    }
}

impl Neg for Eight {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe { _mm512_xor_pd(self.0, _mm512_set1_pd(-0.0)) })
    }
}

impl Real for Four {
    type Truth = __m256d;

    #[inline(always)]
    fn constant(self, value: f64) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe { _mm256_set1_pd(value) })
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe { _mm256_sqrt_pd(self.0) })
    }

    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe { _mm256_andnot_pd(_mm256_set1_pd(-0.0), self.0) })
    }

    #[inline(always)]
    fn floor(self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe { _mm256_floor_pd(self.0) })
    }

    #[inline(always)]
    fn less(self, other: Self) -> __m256d {
        // SAFETY: as for the operators.
        unsafe { _mm256_cmp_pd::<_CMP_LT_OQ>(self.0, other.0) }
    }

    #[inline(always)]
    fn equal(self, other: Self) -> __m256d {
        // SAFETY: as for the operators.
        unsafe { _mm256_cmp_pd::<_CMP_EQ_OQ>(self.0, other.0) }
    }

    #[inline(always)]
    fn select(truth: __m256d, yes: Self, no: Self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe { _mm256_blendv_pd(no.0, yes.0, truth) })
    }

    #[inline(always)]
    fn power_of_two(self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe {
            let sum = _mm256_add_pd(self.0, _mm256_set1_pd(BIASED));
            _mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_castpd_si256(sum)))
        })
    }

    #[inline(always)]
    fn exponent(self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe {
            let bits = _mm256_srli_epi64::<52>(_mm256_castpd_si256(self.0));
            let number = _mm256_or_pd(_mm256_castsi256_pd(bits), _mm256_set1_pd(TWO_52));
            _mm256_sub_pd(number, _mm256_set1_pd(BIASED))
        })
    }

    #[inline(always)]
    fn significand(self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe {
            let mask = _mm256_set1_pd(f64::from_bits((1 << 52) - 1));
            _mm256_or_pd(_mm256_and_pd(self.0, mask), _mm256_set1_pd(1.0))
        })
    }
}

impl Real for Eight {
    type Truth = __mmask8;

    #[inline(always)]
    fn constant(self, value: f64) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe { _mm512_set1_pd(value) })
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe { _mm512_sqrt_pd(self.0) })
    }

    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe { _mm512_andnot_pd(_mm512_set1_pd(-0.0), self.0) })
    }

    #[inline(always)]
    fn floor(self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe {
            _mm512_roundscale_pd::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(self.0)
        })
    }

    #[inline(always)]
    fn less(self, other: Self) -> __mmask8 {
        // SAFETY: as for the operators.
        unsafe { _mm512_cmp_pd_mask::<_CMP_LT_OQ>(self.0, other.0) }
    }

    #[inline(always)]
    fn equal(self, other: Self) -> __mmask8 {
        // SAFETY: as for the operators.
        unsafe { _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(self.0, other.0) }
    }

    #[inline(always)]
    fn select(truth: __mmask8, yes: Self, no: Self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe { _mm512_mask_blend_pd(truth, no.0, yes.0) })
    }

    #[inline(always)]
    fn power_of_two(self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe {
            let sum = _mm512_add_pd(self.0, _mm512_set1_pd(BIASED));
            _mm512_castsi512_pd(_mm512_slli_epi64::<52>(_mm512_castpd_si512(sum)))
        })
    }

    #[inline(always)]
    fn exponent(self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe {
            let bits = _mm512_srli_epi64::<52>(_mm512_castpd_si512(self.0));
            let number = _mm512_or_pd(_mm512_castsi512_pd(bits), _mm512_set1_pd(TWO_52));
            _mm512_sub_pd(number, _mm512_set1_pd(BIASED))
        })
    }

    #[inline(always)]
    fn significand(self) -> Self {
        // SAFETY: as for the operators.
        Self(unsafe {
            let mask = _mm512_set1_pd(f64::from_bits((1 << 52) - 1));
            _mm512_or_pd(_mm512_and_pd(self.0, mask), _mm512_set1_pd(1.0))
        })
    }
}

impl Lanes for Four {
    const COUNT: usize = 4;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller's.
        Self(unsafe { _mm256_loadu_pd(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller's.
        unsafe { _mm256_storeu_pd(to, self.0) }
    }

    #[inline(always)]
    fn any_large(self) -> bool {
        let size = self.abs();
        let (above, below) = (size.above(MODERATE), size.below(f64::INFINITY));
        // SAFETY: as for the operators.
        unsafe { _mm256_movemask_pd(_mm256_and_pd(above, below)) != 0 }
    }
}

impl Lanes for Eight {
    const COUNT: usize = 8;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller's.
        Self(unsafe { _mm512_loadu_pd(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller's.
        unsafe { _mm512_storeu_pd(to, self.0) }
    }

    #[inline(always)]
    fn any_large(self) -> bool {
        let size = self.abs();
        size.above(MODERATE) & size.below(f64::INFINITY) != 0
    }
}
