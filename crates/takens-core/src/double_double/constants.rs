//! Constants of the elementary functions; `tests/reference/double_double_constants.py` wrote this file.
#![allow(clippy::excessive_precision, clippy::unreadable_literal, clippy::approx_constant)]

use super::DoubleDouble;

/// Pi.
pub(super) const PI: DoubleDouble =
    DoubleDouble { high: 3.141592653589793, low: 1.2246467991473532e-16 };
/// Half of pi.
pub(super) const HALF_PI: DoubleDouble =
    DoubleDouble { high: 1.5707963267948966, low: 6.123233995736766e-17 };
/// `1/n!`, n from 0.
pub(super) const INVERSE_FACTORIALS: [DoubleDouble; 31] = [
    DoubleDouble { high: 1.0, low: 0.0 },
    DoubleDouble { high: 1.0, low: 0.0 },
    DoubleDouble { high: 0.5, low: 0.0 },
    DoubleDouble { high: 0.16666666666666666, low: 9.25185853854297e-18 },
    DoubleDouble { high: 0.041666666666666664, low: 2.3129646346357427e-18 },
    DoubleDouble { high: 0.008333333333333333, low: 1.1564823173178714e-19 },
    DoubleDouble { high: 0.001388888888888889, low: -5.300543954373577e-20 },
    DoubleDouble { high: 0.0001984126984126984, low: 1.7209558293420705e-22 },
    DoubleDouble { high: 2.48015873015873e-05, low: 2.1511947866775882e-23 },
    DoubleDouble { high: 2.7557319223985893e-06, low: -1.858393274046472e-22 },
    DoubleDouble { high: 2.755731922398589e-07, low: 2.3767714622250297e-23 },
    DoubleDouble { high: 2.505210838544172e-08, low: -1.448814070935912e-24 },
    DoubleDouble { high: 2.08767569878681e-09, low: -1.20734505911326e-25 },
    DoubleDouble { high: 1.6059043836821613e-10, low: 1.2585294588752098e-26 },
    DoubleDouble { high: 1.1470745597729725e-11, low: 2.0655512752830745e-28 },
    DoubleDouble { high: 7.647163731819816e-13, low: 7.03872877733453e-30 },
    DoubleDouble { high: 4.779477332387385e-14, low: 4.399205485834081e-31 },
    DoubleDouble { high: 2.8114572543455206e-15, low: 1.6508842730861433e-31 },
    DoubleDouble { high: 1.5619206968586225e-16, low: 1.1910679660273754e-32 },
    DoubleDouble { high: 8.22063524662433e-18, low: 2.2141894119604265e-34 },
    DoubleDouble { high: 4.110317623312165e-19, low: 1.4412973378659527e-36 },
    DoubleDouble { high: 1.9572941063391263e-20, low: -1.3643503830087908e-36 },
    DoubleDouble { high: 8.896791392450574e-22, low: -7.911402614872376e-38 },
    DoubleDouble { high: 3.868170170630684e-23, low: -8.843177655482344e-40 },
    DoubleDouble { high: 1.6117375710961184e-24, low: -3.6846573564509766e-41 },
    DoubleDouble { high: 6.446950284384474e-26, low: -1.9330404233703465e-42 },
    DoubleDouble { high: 2.4795962632247976e-27, low: -1.2953730964765229e-43 },
    DoubleDouble { high: 9.183689863795546e-29, low: 1.4303150396787322e-45 },
    DoubleDouble { high: 3.279889237069838e-30, low: 1.5117542744029879e-46 },
    DoubleDouble { high: 1.1309962886447716e-31, low: 1.0498015412959506e-47 },
    DoubleDouble { high: 3.7699876288159054e-33, low: 2.5870347832750324e-49 },
];
/// `1/(2n + 1)`, n from 0.
pub(super) const INVERSE_ODD: [DoubleDouble; 23] = [
    DoubleDouble { high: 1.0, low: 0.0 },
    DoubleDouble { high: 0.3333333333333333, low: 1.850371707708594e-17 },
    DoubleDouble { high: 0.2, low: -1.1102230246251566e-17 },
    DoubleDouble { high: 0.14285714285714285, low: 7.93016446160826e-18 },
    DoubleDouble { high: 0.1111111111111111, low: 6.1679056923619804e-18 },
    DoubleDouble { high: 0.09090909090909091, low: -2.523234146875356e-18 },
    DoubleDouble { high: 0.07692307692307693, low: -4.270088556250602e-18 },
    DoubleDouble { high: 0.06666666666666667, low: 9.251858538542971e-19 },
    DoubleDouble { high: 0.058823529411764705, low: 8.163404592832033e-19 },
    DoubleDouble { high: 0.05263157894736842, low: 2.921639538487254e-18 },
    DoubleDouble { high: 0.047619047619047616, low: 2.64338815386942e-18 },
    DoubleDouble { high: 0.043478260869565216, low: 1.206764157201257e-18 },
    DoubleDouble { high: 0.04, low: -8.326672684688674e-19 },
    DoubleDouble { high: 0.037037037037037035, low: 2.05596856412066e-18 },
    DoubleDouble { high: 0.034482758620689655, low: 4.785444071660157e-19 },
    DoubleDouble { high: 0.03225806451612903, low: 8.953411488912552e-19 },
    DoubleDouble { high: 0.030303030303030304, low: -8.410780489584519e-19 },
    DoubleDouble { high: 0.02857142857142857, low: 8.921435019309293e-19 },
    DoubleDouble { high: 0.02702702702702703, low: -1.50030138462859e-18 },
    DoubleDouble { high: 0.02564102564102564, low: 8.896017825522087e-19 },
    DoubleDouble { high: 0.024390243902439025, low: -8.46206573647223e-19 },
    DoubleDouble { high: 0.023255813953488372, low: 3.2273925134452225e-19 },
    DoubleDouble { high: 0.022222222222222223, low: -8.480870326997723e-19 },
];
/// The logarithm of 2: multiples of 2^-42 and 2^-84, and the rest.
pub(super) const LN_2_PARTS: [f64; 3] =
    [0.6931471805598903, 5.49792301870721e-14, 1.1612227229362532e-26];
/// Half of pi: multiples of 2^-32, 2^-65, 2^-98 and 2^-131, and the rest.
pub(super) const HALF_PI_PARTS: [f64; 5] = [
    1.5707963267341256,
    6.077100506303966e-11,
    2.0222662487111665e-21,
    8.478427639685243e-32,
    2.0683656956646287e-40,
];
