"""Makes the references: `python3 make.py [NAME...]`, all if none is named; minutes in all.

Each is computed twice, with other step lengths and orders, and the greatest difference is written into its
header. Taylor series in fixed point (`series.py`, and `series.c` for the long ones, which needs a C
compiler); Robertson's system, which is too stiff for them, by Radau collocation (`collocation.py`, needs
mpmath).
"""

import json
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import definitions as given
from series import ONE, decimal, fixed, march, product


def lorenz_rates():
    sigma, rho, beta = map(fixed, given.LORENZ)

    def rates(series, k):
        x, y, z = series
        xz, xy = product(x, z, k), product(x, y, k)
        return (
            sigma * (y[k] - x[k]) // ONE,
            rho * x[k] // ONE - xz - y[k],
            xy - beta * z[k] // ONE,
        )

    return rates


def lorenz():
    """W1: samples at 0, 0.01, ..., 15, one or two steps a sample."""
    start = list(map(fixed, given.LORENZ_START))

    def run(parts, order):
        h = Fraction(1, 100 * parts)
        states, _ = march(start, h, 1500 * parts, order, lorenz_rates())
        return states[::parts]

    return {"times": "k/100, k = 0..1500"}, run(1, 64), run(2, 48)


def ensemble():
    """W2: final states of the first 128 starts, t = 20."""
    starts = given.ensemble_starts(128)

    def run(parts, order):
        return by_c(starts, "lorenz", parts, order, 20)

    return {"starts": "the first 128", "time": "20"}, run(100, 44), run(125, 38)


def lorenz96(n):
    """W3: samples at 0, 0.05, ..., 5."""

    def run(parts, order):
        return by_c([given.lorenz96_start(n)], "lorenz96", 20 * parts, order, 5, parts)

    return {"n": n, "times": "k/20, k = 0..100"}, run(4, 48), run(5, 42)


def van_der_pol():
    """W4: the state at t = 2000."""

    def run(order):
        return by_c([given.VAN_DER_POL_START], "vdp", order, int(given.VAN_DER_POL_END))

    return {"time": "2000"}, run(48), run(42)


def by_c(starts, *words):
    """States from `series.c`, which is compiled first."""
    with tempfile.TemporaryDirectory() as folder:
        binary = Path(folder) / "series"
        subprocess.run(["cc", "-O2", "-o", binary, HERE / "series.c", "-lm"], check=True)
        lines = "\n".join(" ".join(map(repr, start)) for start in starts)
        command = [binary, *map(str, words)]
        done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    return [[fixed(Fraction(x)) for x in line.split()] for line in done.stdout.splitlines()]


def mackey_glass(tau):
    """W8: samples at 0, 1, ..., 500. Steps divide the delay, so that the past is a step's own series."""
    beta, gamma, past = map(fixed, given.MACKEY_GLASS)

    def run(parts, order):
        h = Fraction(1, parts)
        back = tau * parts
        steps = []
        x = past
        samples = [x]
        for number in range(500 * parts):
            delayed = steps[number - back] if number >= back else [past] + [0] * order
            push = feedback(delayed, order)
            own = [x]
            for k in range(order):
                rate = (beta * push[k] - gamma * own[k]) // ONE
                own.append(rate * h.numerator // (h.denominator * (k + 1)))
            steps.append(own)
            x = sum(own)
            if (number + 1) % parts == 0:
                samples.append(x)
        return [[x] for x in samples]

    return {"tau": tau, "times": "0, 1, ..., 500"}, run(4, 64), run(6, 48)


def feedback(delayed, order):
    """The series of d / (1 + d**10)."""
    square = [product(delayed, delayed, k) for k in range(order)]
    fourth = [product(square, square, k) for k in range(order)]
    eighth = [product(fourth, fourth, k) for k in range(order)]
    below = [product(eighth, square, k) for k in range(order)]
    below[0] += ONE
    quotient = []
    for k in range(order):
        known = sum(quotient[j] * below[k - j] for j in range(k))
        quotient.append((delayed[k] * ONE - known) // below[0])
    return quotient


def robertson():
    """W4: the state at t = 1e5."""
    from collocation import robertson_at_end

    return {"time": "1e5"}, [robertson_at_end(20, 1.3)], [robertson_at_end(16, 1.2)]


REFERENCES = {
    "lorenz": lorenz,
    "ensemble": ensemble,
    "lorenz96-40": lambda: lorenz96(40),
    "lorenz96-1000": lambda: lorenz96(1000),
    "van-der-pol": van_der_pol,
    "robertson": robertson,
    "mackey-glass-17": lambda: mackey_glass(17),
    "mackey-glass-18": lambda: mackey_glass(18),
}


def main(names):
    for name in names or REFERENCES:
        about, states, again = REFERENCES[name]()
        worst = max(abs(a - b) for one, two in zip(states, again) for a, b in zip(one, two))
        header = {
            "what": name,
            "made_by": "benches/peers/reference/make.py",
            **about,
            "second_computation_differs_by": f"{float(Fraction(worst, ONE)):.1e}",
        }
        # A large lattice keeps every tenth component; the file says which.
        every = 10 if len(states[0]) > 100 else 1
        header["components"] = f"0, {every}, ..." if every > 1 else "all"
        rows = [[decimal(x) for x in row[::every]] for row in states]
        text = json.dumps({**header, "states": rows}, indent=0)
        (HERE / f"{name}.json").write_text(text + "\n")
        print(name, header["second_computation_differs_by"], flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
