//! Rust code in the vector instructions of the machine.

/// A function compiled three times: for AVX-512, for AVX2, and for any processor. A call goes to the widest that the
/// machine has.
///
/// `plainly if (condition)`, after the type of the result, spares small cases the way there.
///
/// What it calls is compiled for the same where it is marked `#[inline(always)]`. Operations and their order are
/// those of the source at any width, and so are the bits.
///
/// ```
/// takens_kernel::vectorised! {
///     /// `Σ a b`, in `N` parts.
///     fn dot<const N: usize>(a: &[f64], b: &[f64]) -> [f64; N] {
///         let mut sums = [0.0; N];
///         for (a, b) in a.chunks_exact(N).zip(b.chunks_exact(N)) {
///             for l in 0..N {
///                 sums[l] += a[l] * b[l];
///             }
///         }
///         sums
///     }
/// }
/// assert_eq!(dot::<2>(&[1.0, 2.0, 3.0, 4.0], &[1.0; 4]), [4.0, 6.0]);
/// ```
#[macro_export]
macro_rules! vectorised {
    ($(
        $(#[$about:meta])*
        $vis:vis fn $name:ident $(<const $N:ident: usize>)? ($($argument:ident: $type:ty),* $(,)?) $(-> $out:ty)?
        $(; plainly if $few:tt)? $body:block
    )+) => {$(
        $(#[$about])*
        #[inline]
        $vis fn $name$(<const $N: usize>)?($($argument: $type),*) $(-> $out)? {
            #[inline]
            fn plain$(<const $N: usize>)?($($argument: $type),*) $(-> $out)? $body
            let few = false $(|| $few)?;
            #[cfg(target_arch = "x86_64")]
            if !few {
                #[target_feature(enable = "avx512f,avx512dq")]
                fn avx512$(<const $N: usize>)?($($argument: $type),*) $(-> $out)? $body
                #[target_feature(enable = "avx2")]
                fn avx2$(<const $N: usize>)?($($argument: $type),*) $(-> $out)? $body
                let has_512 = ::std::arch::is_x86_feature_detected!("avx512f")
                    && ::std::arch::is_x86_feature_detected!("avx512dq");
                if has_512 {
                    // SAFETY: the processor has what the function is compiled for.
                    return unsafe { avx512$(::<$N>)?($($argument),*) };
                }
                if ::std::arch::is_x86_feature_detected!("avx2") {
                    // SAFETY: as before.
                    return unsafe { avx2$(::<$N>)?($($argument),*) };
                }
            }
            plain$(::<$N>)?($($argument),*)
        }
    )+};
}
