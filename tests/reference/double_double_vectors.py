"""Writes double_double_vectors.json: python3 double_double_vectors.py > double_double_vectors.json

An argument is a sum of two f64, a value a sum of three, so that it is known to far more digits than the
arithmetic under test has. Numbers are the bits of an f64 in hexadecimal.
"""
import json
import math
import random
import struct

import mpmath as mp

DIGITS = 70
COUNT = 60
mp.mp.dps = DIGITS
rnd = random.Random(20250101)


def bits(x):
    return struct.pack(">d", x).hex()


def parts(x, count):
    out = []
    for _ in range(count):
        out.append(float(x))
        x -= mp.mpf(out[-1])
    return out


def long(high):
    """A random number of two parts whose first is `high`."""
    return parts(mp.mpf(high) + mp.mpf(math.ulp(high)) * (mp.mpf(rnd.random()) - 0.5), 2)


def log_uniform(low, high):
    return math.exp(rnd.uniform(math.log(low), math.log(high))) * rnd.choice([-1, 1])


def one_of(*draws):
    return lambda: rnd.choice(draws)()


angle = one_of(
    lambda: rnd.uniform(-10, 10),
    lambda: rnd.uniform(-1, 1),
    lambda: log_uniform(1e-10, 1e6),
    lambda: log_uniform(1e6, 1e15),
    lambda: math.pi / 2 * rnd.randint(1, 10 ** rnd.randint(1, 5)),
)
unit = one_of(lambda: rnd.uniform(-0.99, 0.99), lambda: log_uniform(1e-12, 0.9), lambda: 1 - abs(log_uniform(1e-12, 0.5)))
hyperbolic = one_of(lambda: rnd.uniform(-700, 700), lambda: rnd.uniform(-3, 3), lambda: log_uniform(1e-12, 1))
positive = one_of(lambda: abs(log_uniform(1e-200, 1e200)), lambda: rnd.uniform(0.5, 2), lambda: 1 + log_uniform(1e-12, 0.5))
number = one_of(lambda: log_uniform(1e-100, 1e100), lambda: rnd.uniform(-2, 2))
draws = {
    "add": (number, number),
    "sub": (number, number),
    "mul": (number, number),
    "div": (number, number),
    "sqrt": (positive,),
    "sin": (angle,),
    "cos": (angle,),
    "tan": (angle,),
    "asin": (unit,),
    "acos": (unit,),
    "atan": (one_of(lambda: rnd.uniform(-3, 3), lambda: log_uniform(1e-12, 1e20)),),
    "sinh": (hyperbolic,),
    "cosh": (hyperbolic,),
    "tanh": (one_of(lambda: rnd.uniform(-20, 20), lambda: log_uniform(1e-12, 1)),),
    "exp": (hyperbolic,),
    "log": (positive,),
    "atan2": (number, number),
    "pow": (one_of(lambda: rnd.uniform(0.1, 10), lambda: abs(log_uniform(1e-3, 1e3))), lambda: rnd.uniform(-12, 12)),
}
named = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": mp.power,
}

vectors = {}
for name, draw in draws.items():
    rows = []
    for _ in range(COUNT):
        arguments = [long(draw_one()) for draw_one in draw]
        mp.mp.dps = DIGITS + 60
        value = named.get(name, getattr(mp, name, None))(*(mp.mpf(high) + mp.mpf(low) for high, low in arguments))
        rows.append([bits(x) for x in sum(arguments, []) + parts(value, 3)])
        mp.mp.dps = DIGITS
    vectors[name] = rows

header = {
    "tool": "mpmath " + mp.__version__,
    "precision": f"{DIGITS} decimal digits and more, cut to three f64",
    "tolerance": "stated by the test, relative",
    "source": "tests/reference/double_double_vectors.py",
    "layout": "function -> [argument high, low, ..., value high, middle, low]",
}
lines = [f'"{name}": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]" for name, rows in vectors.items()]
head = ",\n".join(f'"{key}": {json.dumps(value)}' for key, value in header.items())
print("{\n" + head + ',\n"vectors": {\n' + ",\n".join(lines) + "\n}\n}")
