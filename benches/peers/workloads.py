"""The workloads: who is asked, what counts as the end, how the error is measured."""

from dataclasses import dataclass, field
from functools import partial
from typing import Callable

import definitions as given
import errors


@dataclass
class Workload:
    """One line of the comparison.

    `serve` is the name that the programs know it by; `rows` and `end` are what a whole result has;
    samples before `first` may be missing. `per` divides times: rates are told per evaluation.
    """

    name: str
    title: str
    serve: str = ""
    arguments: list = field(default_factory=list)
    peers: tuple = ()
    rows: int = 0
    end: float = 0.0
    first: int = 0
    error: Callable = None
    per: int = 1
    process: bool = False
    # Ours under other names: a native limit, two threads.
    ours: tuple = ("takens",)


FLOWS = ("heyoka", "tsdynamics", "ode_solvers", "ivp", "differential-equations", "diffsol", "numbalsoda")
STIFF = ("numbalsoda", "differential-equations", "ivp", "diffsol", "tsdynamics", "scipy")


def flow(name, title, serve, tolerance, peers, rows, end, error, **more):
    return Workload(name, title, serve, [repr(tolerance)], peers, rows, end, error=error, **more)


def w1(tolerance):
    title = f"Lorenz63 to 1000, 100,001 samples, {tolerance:g}"
    name = {1e-9: "w1", 1e-12: "w1-12"}[tolerance]
    error = partial(errors.greatest, name="lorenz")
    peers = (*FLOWS, "scipy") if tolerance == 1e-9 else FLOWS
    return flow(name, title, "w1", tolerance, peers, 100_001, 1000.0, error)


def w3(n, peers):
    error = partial(errors.greatest, name=f"lorenz96-{n}")
    title = f"Lorenz96 N = {n} to 100, 2001 samples, 1e-9"
    return flow(f"w3-{n}", title, f"w3-{n}", 1e-9, peers, 2001, 100.0, error)


def w8(tau):
    error = partial(errors.greatest, name=f"mackey-glass-{tau}", first=60)
    title = f"Mackey-Glass tau = {tau} to 10,000, 10,001 samples"
    peers = ("tsdynamics", "jitcode")
    return flow(f"w8-{tau}", title, f"w8-{tau}", 1e-9, peers, 10_001, 1e4, error, first=60)


def w6(name, n, derivative):
    count = given.RATE_STATES * given.RATE_ROUNDS
    return Workload(
        f"w6-{name}",
        f"rates of {name}, per state",
        f"w6-{name}",
        peers=("heyoka", "numbalsoda"),
        rows=given.RATE_STATES,
        end=count,
        error=errors.rates(derivative, n),
        per=count,
        ours=("takens", "native"),
    )


WORKLOADS = [
    w1(1e-9),
    w1(1e-12),
    Workload("w1-cold", "the same at 1e-9, from the start of the process to a file", peers=("heyoka",),
             rows=100_001, error=partial(errors.greatest, name="lorenz"), process=True),
    flow("w2", "Lorenz63, 10,000 starts to 20, final states, 1e-9", "w2", 1e-9,
         ("heyoka", "ode_solvers", "ivp", "tsdynamics", "numbalsoda"), 10_000, 20.0, errors.ensemble,
         ours=("takens", "two threads")),
    w3(40, (*FLOWS, "scipy")),
    w3(1000, ("heyoka", "ivp", "ode_solvers", "tsdynamics", "diffsol", "numbalsoda")),
    flow("w4-vdp", "van der Pol, mu = 1000, to 2000, 1e-6", "w4-vdp", 1e-6, STIFF, 2,
         given.VAN_DER_POL_END, errors.van_der_pol),
    flow("w4-robertson", "Robertson to 1e5, 1e-6", "w4-robertson", 1e-6, STIFF, 2,
         given.ROBERTSON_END, lambda rows: errors.greatest(rows[-1:], "robertson")),
    Workload("w5-lorenz", "all exponents, Lorenz63 to 10,000", "w5-lorenz",
             peers=("tsdynamics", "heyoka", "jitcode"), rows=1, end=1e4, error=errors.exponents),
    Workload("w5-lorenz96", "all exponents, Lorenz96-40 to 1000", "w5-lorenz96",
             peers=("jitcode", "tsdynamics", "heyoka"), rows=1, end=1e3,
             error=lambda rows: abs(sum(rows[0]) + 40.0)),
    w6("lorenz", 3, errors.lorenz),
    w6("lorenz96", 40, errors.lorenz96),
    Workload("w7", "the collection, 1000 points at 100 a period, 1e-12, whole process",
             peers=("tsdynamics",), process=True),
    w8(17),
    w8(18),
]
