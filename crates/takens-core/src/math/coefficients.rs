//! Constants of the elementary functions; `tests/reference/math_coefficients.py` wrote this file.
//!
//! Polynomials are near-minimax: they interpolate at Chebyshev nodes. Lowest coefficient first.
#![allow(clippy::excessive_precision, clippy::unreadable_literal, clippy::approx_constant)]

/// `(exp(r) - 1 - r) / r²` on |r| <= ln 2 / 2.
pub(super) const EXP: [f64; 11] = [
    0.5,
    0.1666666666666667,
    0.04166666666666667,
    0.008333333333325985,
    0.0013888888888883642,
    0.00019841269875342141,
    2.4801587325920163e-05,
    2.7557254740405416e-06,
    2.7557273171941026e-07,
    2.5105490906986696e-08,
    2.091488256348507e-09,
];
/// `(log((1+s)/(1-s)) - 2s) / s³` of z = s².
pub(super) const LOG: [f64; 8] = [
    0.6666666666666666,
    0.4000000000000088,
    0.2857142857080285,
    0.22222222391887064,
    0.18181795621632782,
    0.15386240708969665,
    0.13268746195596595,
    0.13086907887965027,
];
/// `(log((1+s)/(1-s)) - 2s - 2s³/3 - 2s⁵/5) / s⁷` of z = s².
pub(super) const LOG_TAIL: [f64; 10] = [
    0.2857142857142857,
    0.2222222222222222,
    0.1818181818181812,
    0.15384615384641626,
    0.13333333327552296,
    0.11764706613091498,
    0.10526259648520468,
    0.09526471779342985,
    0.08619765159512295,
    0.09181847606781508,
];
/// `(sin(r) - r) / r³` of z = r² on |r| <= pi/4.
pub(super) const SIN: [f64; 7] = [
    -0.16666666666666666,
    0.008333333333333331,
    -0.00019841269841265003,
    2.7557319219291695e-06,
    -2.5052106215978872e-08,
    1.6058529011960858e-10,
    -7.586543634101903e-13,
];
/// `(cos(r) - 1 + z/2) / z²` of z = r² on |r| <= pi/4.
pub(super) const COS: [f64; 7] = [
    0.041666666666666664,
    -0.0013888888888888887,
    2.480158730158461e-05,
    -2.7557319221376434e-07,
    2.08767557819242e-09,
    -1.1470459438155826e-11,
    4.7457865678652127e-14,
];
/// `(atan(t) - t) / t³` of z = t² on |t| <= 7/16.
pub(super) const ATAN: [f64; 12] = [
    -0.3333333333333333,
    0.1999999999999939,
    -0.1428571428556261,
    0.11111111096278997,
    -0.09090908339307588,
    0.07692285133379761,
    -0.06666235149886009,
    0.058768767738134595,
    -0.05216220528768462,
    0.04490384978687134,
    -0.03308500126998521,
    0.014730410782203933,
];
/// `(asin(x) - x) / x³` of z = x² on |x| <= 1/2.
pub(super) const ASIN: [f64; 14] = [
    0.16666666666666666,
    0.07500000000000118,
    0.044642857142551895,
    0.03038194447553234,
    0.02237215744350722,
    0.017352816540325496,
    0.01396378001220357,
    0.011566459612121669,
    0.009621842970100282,
    0.009319560794767446,
    0.0030448799094556773,
    0.019554513336123378,
    -0.01924167174674304,
    0.02961201126495512,
];
/// `(sinh(x) - x) / x³` of z = x² on |x| <= 1.
pub(super) const SINH: [f64; 9] = [
    0.16666666666666666,
    0.008333333333333333,
    0.0001984126984126984,
    2.7557319223985825e-06,
    2.505210838547607e-08,
    1.605904382690051e-10,
    7.647165414593481e-13,
    2.8112909646770106e-15,
    8.309171941866942e-18,
];
/// `(tanh(x) - x) / x³` of z = x² on |x| <= 0.55.
pub(super) const TANH: [f64; 12] = [
    -0.3333333333333333,
    0.1333333333333331,
    -0.05396825396822027,
    0.021869488534068168,
    -0.008863235462984688,
    0.0035921267673025663,
    -0.0014558190700396025,
    0.0005899051200674843,
    -0.00023847198564355907,
    9.454941758935152e-05,
    -3.3718010044053525e-05,
    7.872519584876026e-06,
];

/// The logarithm of 2, part 1: a multiple of 2^-42.
pub(super) const LN_2_1: f64 = 0.6931471805598903;
/// The logarithm of 2, the rest.
pub(super) const LN_2_2: f64 = 5.497923018708371e-14;
/// The logarithm of 2, part 1: a multiple of 2^-42.
pub(super) const LN_2_LONG_1: f64 = 0.6931471805598903;
/// The logarithm of 2, part 2: a multiple of 2^-84.
pub(super) const LN_2_LONG_2: f64 = 5.49792301870721e-14;
/// The logarithm of 2, the rest.
pub(super) const LN_2_LONG_3: f64 = 1.1612227229362532e-26;
/// 1 / ln 2.
pub(super) const LOG2_E: f64 = 1.4426950408889634;
/// Half of pi, part 1: a multiple of 2^-32.
pub(super) const HALF_PI_1: f64 = 1.5707963267341256;
/// Half of pi, part 2: a multiple of 2^-65.
pub(super) const HALF_PI_2: f64 = 6.077100506303966e-11;
/// Half of pi, part 3: a multiple of 2^-98.
pub(super) const HALF_PI_3: f64 = 2.0222662487111665e-21;
/// Half of pi, the rest.
pub(super) const HALF_PI_4: f64 = 8.4784276603689e-32;
/// 2 / pi.
pub(super) const TWO_OVER_PI: f64 = 0.6366197723675814;
/// Half of pi, nearest.
pub(super) const PI_2_HIGH: f64 = 1.5707963267948966;
/// Half of pi, the rest.
pub(super) const PI_2_LOW: f64 = 6.123233995736766e-17;
/// Pi, nearest.
pub(super) const PI_HIGH: f64 = 3.141592653589793;
/// Pi, the rest.
pub(super) const PI_LOW: f64 = 1.2246467991473532e-16;
/// A quarter of pi, nearest.
pub(super) const PI_4_HIGH: f64 = 0.7853981633974483;
/// A quarter of pi, the rest.
pub(super) const PI_4_LOW: f64 = 3.061616997868383e-17;
/// The angle of slope 1/2, nearest.
pub(super) const ATAN_1_2_HIGH: f64 = 0.4636476090008061;
/// The angle of slope 1/2, the rest.
pub(super) const ATAN_1_2_LOW: f64 = 2.2698777452961687e-17;
/// The angle of slope 3/2, nearest.
pub(super) const ATAN_3_2_HIGH: f64 = 0.982793723247329;
/// The angle of slope 3/2, the rest.
pub(super) const ATAN_3_2_LOW: f64 = 1.3903311031230998e-17;
/// 2/3, nearest.
pub(super) const TWO_THIRDS_HIGH: f64 = 0.6666666666666666;
/// 2/3, the rest.
pub(super) const TWO_THIRDS_LOW: f64 = 3.700743415417188e-17;
/// 2/5, nearest.
pub(super) const TWO_FIFTHS_HIGH: f64 = 0.4;
/// 2/5, the rest.
pub(super) const TWO_FIFTHS_LOW: f64 = -2.2204460492503132e-17;

/// The bits of 2/pi after 64 zeros, so that a window may begin before the point.
pub(crate) const TWO_OVER_PI_BITS: [u64; 21] = [
    0x0000000000000000,
    0xa2f9836e4e441529,
    0xfc2757d1f534ddc0,
    0xdb6295993c439041,
    0xfe5163abdebbc561,
    0xb7246e3a424dd2e0,
    0x06492eea09d1921c,
    0xfe1deb1cb129a73e,
    0xe88235f52ebb4484,
    0xe99c7026b45f7e41,
    0x3991d639835339f4,
    0x9c845f8bbdf9283b,
    0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f,
    0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08,
    0x56033046fc7b6bab,
    0xf0cfbc209af4361d,
];
