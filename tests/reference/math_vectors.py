"""Writes math_vectors.json: python3 math_vectors.py > math_vectors.json

Arguments are drawn so that every branch of every function is met; values are correctly rounded from
`precision` decimal digits. Numbers are the bits of an f64 in hexadecimal, since JSON has no infinity.
"""
import json
import math
import random
import struct

import mpmath as mp

DIGITS = 40
COUNT = 150
mp.mp.dps = DIGITS
rnd = random.Random(20240101)
INF, NAN = math.inf, math.nan


def bits(x):
    return struct.pack(">d", x).hex() if not math.isnan(x) else "nan"


def real(x):
    """The nearest f64, subnormal numbers rounded once."""
    if mp.isnan(x):
        return NAN
    if mp.isinf(x) or x == 0:
        return float(x)
    size = abs(x)
    exponent = max(mp.frexp(size)[1] - 53, -1074)
    whole = int(mp.nint(mp.ldexp(size, -exponent)))
    try:
        value = math.ldexp(whole, exponent)
    except OverflowError:
        value = INF
    return math.copysign(value, 1 if x > 0 else -1)


def log_uniform(low, high):
    return math.exp(rnd.uniform(math.log(low), math.log(high))) * rnd.choice([-1, 1])


def any_number():
    while True:
        value = struct.unpack(">d", struct.pack(">Q", rnd.getrandbits(64)))[0]
        if math.isfinite(value):
            return value


def one_of(*draws):
    return lambda: rnd.choice(draws)()


angle = one_of(
    lambda: rnd.uniform(-10, 10),
    lambda: rnd.uniform(-1, 1),
    lambda: log_uniform(1e-10, 1e308),
    lambda: math.pi / 2 * rnd.randint(0, 10 ** rnd.randint(1, 6)),
    lambda: rnd.uniform(9e5, 1.1e6),
)
unit = one_of(
    lambda: rnd.uniform(-1, 1),
    lambda: log_uniform(1e-12, 1),
    lambda: 1 - abs(log_uniform(1e-16, 1)),
    lambda: -1 + abs(log_uniform(1e-16, 1)),
)
hyperbolic = one_of(lambda: rnd.uniform(-711, 711), lambda: rnd.uniform(-3, 3), lambda: log_uniform(1e-12, 700))
draws = {
    "sin": angle,
    "cos": angle,
    "tan": angle,
    "asin": unit,
    "acos": unit,
    "atan": one_of(lambda: rnd.uniform(-3, 3), lambda: log_uniform(1e-12, 1e20)),
    "sinh": hyperbolic,
    "cosh": hyperbolic,
    "tanh": one_of(lambda: rnd.uniform(-20, 20), lambda: rnd.uniform(-1, 1), lambda: log_uniform(1e-12, 30)),
    "exp": one_of(lambda: rnd.uniform(-746, 710), lambda: rnd.uniform(-1, 1), lambda: log_uniform(1e-18, 700)),
    "log": one_of(lambda: abs(any_number()), lambda: rnd.uniform(0.5, 2), lambda: 1 + log_uniform(1e-16, 0.5)),
    "atan2": one_of(
        lambda: (rnd.uniform(-3, 3), rnd.uniform(-3, 3)),
        lambda: (any_number(), any_number()),
        lambda: (log_uniform(1e-323, 1e-280), log_uniform(1e-323, 1e-280)),
        lambda: (log_uniform(1e290, 1e308), log_uniform(1e290, 1e308)),
    ),
    "pow": one_of(
        lambda: (rnd.uniform(0, 10), rnd.uniform(-10, 10)),
        lambda: (abs(log_uniform(1e-300, 1e300)), rnd.uniform(-1.1, 1.1)),
        lambda: (rnd.uniform(0.9, 1.1), log_uniform(1, 7000)),
        lambda: (float(rnd.randint(1, 30)), float(rnd.randint(-20, 20))),
        lambda: (-rnd.randint(1, 1000) * 0.25, float(rnd.randint(-60, 60))),
        lambda: (abs(any_number()), rnd.uniform(-1, 1)),
    ),
}
special = {
    "sin": [(0.0, 0.0), (-0.0, -0.0), (5e-324, 5e-324), (INF, NAN), (-INF, NAN), (NAN, NAN)],
    "cos": [(0.0, 1.0), (-0.0, 1.0), (5e-324, 1.0), (INF, NAN), (NAN, NAN)],
    "tan": [(0.0, 0.0), (-0.0, -0.0), (-5e-324, -5e-324), (INF, NAN), (NAN, NAN)],
    "asin": [(0.0, 0.0), (-0.0, -0.0), (1.0, math.pi / 2), (-1.0, -math.pi / 2), (1.0000000000000002, NAN), (INF, NAN), (NAN, NAN)],
    "acos": [(1.0, 0.0), (-1.0, math.pi), (0.0, math.pi / 2), (-1.0000000000000002, NAN), (-INF, NAN), (NAN, NAN)],
    "atan": [(0.0, 0.0), (-0.0, -0.0), (INF, math.pi / 2), (-INF, -math.pi / 2), (1.7e308, math.pi / 2), (NAN, NAN)],
    "sinh": [(0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, -INF), (711.0, INF), (NAN, NAN)],
    "cosh": [(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, INF), (-711.0, INF), (NAN, NAN)],
    "tanh": [(0.0, 0.0), (-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (1e300, 1.0), (NAN, NAN)],
    "exp": [(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (709.79, INF), (-745.2, 0.0), (1e308, INF), (-1e308, 0.0), (NAN, NAN)],
    "log": [(0.0, -INF), (-0.0, -INF), (1.0, 0.0), (INF, INF), (-INF, NAN), (-1.0, NAN), (-5e-324, NAN), (NAN, NAN)],
    "atan2": [
        (0.0, 0.0, 0.0), (0.0, -0.0, math.pi), (-0.0, 0.0, -0.0), (-0.0, -0.0, -math.pi),
        (0.0, 1.0, 0.0), (-0.0, 1.0, -0.0), (0.0, -1.0, math.pi), (-0.0, -1.0, -math.pi),
        (1.0, 0.0, math.pi / 2), (-1.0, -0.0, -math.pi / 2), (1.0, INF, 0.0), (-1.0, INF, -0.0),
        (1.0, -INF, math.pi), (-1.0, -INF, -math.pi), (INF, 1.0, math.pi / 2), (-INF, -1.0, -math.pi / 2),
        (INF, INF, math.pi / 4), (INF, -INF, 3 * math.pi / 4), (-INF, INF, -math.pi / 4),
        (-INF, -INF, -3 * math.pi / 4), (NAN, 1.0, NAN), (1.0, NAN, NAN), (0.0, NAN, NAN), (NAN, 0.0, NAN), (INF, NAN, NAN),
    ],
    "pow": [
        (0.0, 0.0, 1.0), (NAN, 0.0, 1.0), (INF, -0.0, 1.0), (1.0, NAN, 1.0), (1.0, INF, 1.0), (-1.0, INF, 1.0),
        (-1.0, -INF, 1.0), (0.0, 3.0, 0.0), (-0.0, 3.0, -0.0), (-0.0, 2.0, 0.0), (-0.0, 2.5, 0.0), (0.0, -3.0, INF),
        (-0.0, -3.0, -INF), (-0.0, -2.0, INF), (-0.0, -2.5, INF), (0.0, INF, 0.0), (0.0, -INF, INF), (INF, 2.0, INF),
        (INF, -2.0, 0.0), (-INF, 3.0, -INF), (-INF, 2.0, INF), (-INF, -3.0, -0.0), (-INF, -2.0, 0.0), (-INF, 2.5, INF),
        (2.0, INF, INF), (2.0, -INF, 0.0), (0.5, INF, 0.0), (-0.5, INF, 0.0), (0.5, -INF, INF), (-2.0, 0.3, NAN),
        (-2.0, 3.0, -8.0), (-2.0, 1e300, INF), (2.0, 1024.0, INF), (2.0, -1074.0, 5e-324), (2.0, -1076.0, 0.0),
        (NAN, 1.0, NAN), (2.0, NAN, NAN), (4.0, 0.5, 2.0), (-0.0, 0.5, -0.0), (-INF, 0.5, NAN), (-4.0, 0.5, NAN),
        (10.0, 15.0, 1e15), (3.0, 33.0, 5559060566555523.0), (-3.0, 33.0, -5559060566555523.0),
        (1.0000000000000002, 1e308, INF), (0.9999999999999999, 1e308, 0.0), (7.0, 1e-320, 1.0),
    ],
}
functions = {name: getattr(mp, name) for name in draws if name != "pow"}
functions["pow"] = mp.power

vectors = {}
for name, draw in draws.items():
    rows = [[bits(x) for x in row] for row in special[name]]
    while len(rows) < COUNT + len(special[name]):
        arguments = draw()
        arguments = arguments if isinstance(arguments, tuple) else (arguments,)
        if name == "pow" and arguments[0] and abs(arguments[1] * math.log(abs(arguments[0]))) > 800:
            continue
        # Digits enough for the multiple of pi, and for what is left of it.
        large = name in ("sin", "cos", "tan") and abs(arguments[0]) > 1e10
        mp.mp.dps = DIGITS + 320 if large else DIGITS
        value = real(functions[name](*map(mp.mpf, arguments)))
        mp.mp.dps = DIGITS
        rows.append([bits(x) for x in (*arguments, value)])
    vectors[name] = rows

header = {
    "tool": "mpmath " + mp.__version__,
    "precision": f"{DIGITS} decimal digits, correctly rounded to f64",
    "tolerance": "at most one f64 from the value given; special values exactly",
    "source": "tests/reference/math_vectors.py",
    "layout": "function -> [argument bits, ..., value bits]; 'nan' is any NaN",
}
lines = [f'"{name}": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]" for name, rows in vectors.items()]
head = ",\n".join(f'"{key}": {json.dumps(value)}' for key, value in header.items())
print("{\n" + head + ',\n"vectors": {\n' + ",\n".join(lines) + "\n}\n}")
