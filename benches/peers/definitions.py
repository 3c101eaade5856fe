"""What every program of the benches computes: starts, parameters, times.

The page `README.md` says it in words. The same numbers stand in `benches/src/systems.rs` and in
`rust/src/lib.rs`; sums and products of floats are rounded the same way in all of them.
"""

LORENZ = (10.0, 28.0, 8.0 / 3.0)
LORENZ_START = (1.0, 1.0, 1.0)

LORENZ96_F = 8.0

VAN_DER_POL_MU = 1000.0
VAN_DER_POL_START = (2.0, 0.0)
VAN_DER_POL_END = 2000.0

ROBERTSON = (0.04, 3e7, 1e4)
ROBERTSON_START = (1.0, 0.0, 0.0)
ROBERTSON_END = 1e5
# Of the solvers that take one: the second component is about 1e-8 at the end.
ROBERTSON_ABSOLUTE = 1e-10

# beta, gamma, the constant past.
MACKEY_GLASS = (0.2, 0.1, 1.2)


def lorenz96_start(n):
    """At rest but for one component."""
    return [LORENZ96_F + 0.01] + [LORENZ96_F] * (n - 1)


def ensemble_starts(count):
    """Starts of W2: points of the cube of half-width 2 around (1, 1, 1), by an additive recurrence.

    The steps are powers of the inverse of the plastic number, as in M. Roberts' R3 sequence.
    """
    steps = (0.8191725133961645, 0.6710436067037893, 0.5497004779019703)
    starts = []
    for k in range(1, count + 1):
        fractions = (k * step - float(int(k * step)) for step in steps)
        starts.append(tuple(4.0 * u - 1.0 for u in fractions))
    return starts


# W6: how often the rates of how many states are computed in a run.
RATE_STATES = 512
RATE_ROUNDS = 200


def rate_states(n):
    """States of W6, a row each: whole numbers."""
    return [[float((7 * i + 3 * j) % 23 - 11) for i in range(n)] for j in range(RATE_STATES)]
