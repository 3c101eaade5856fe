"""TSDynamics: steppers in Rust, right-hand sides compiled by Cranelift."""

import json
import sys
import time

import definitions as given
import numpy as np
import tsdynamics as ts
from serve import Run
from tsdynamics._engine import run as engine


class Lorenz(ts.ContinuousSystem):
    variables = ("x", "y", "z")
    params = dict(zip(("sigma", "rho", "beta"), given.LORENZ))

    def _equations(y, t, sigma, rho, beta):
        return (
            sigma * (y(1) - y(0)),
            y(0) * (rho - y(2)) - y(1),
            y(0) * y(1) - beta * y(2),
        )


def lorenz96(n):
    class Lorenz96(ts.ContinuousSystem):
        variables = tuple(f"x{i}" for i in range(n))
        params = {"f": given.LORENZ96_F}

        def _equations(y, t, f):
            return tuple(
                (y((i + 1) % n) - y((i - 2) % n)) * y((i - 1) % n) - y(i) + f for i in range(n)
            )

    return Lorenz96()


class Stiff(ts.ContinuousSystem):
    variables = ("x", "y")
    params = {"mu": given.VAN_DER_POL_MU}

    def _equations(y, t, mu):
        return (y(1), mu * (1 - y(0) ** 2) * y(1) - y(0))


class Robertson(ts.ContinuousSystem):
    variables = ("x", "y", "z")
    params = dict(zip(("a", "b", "c"), given.ROBERTSON))

    def _equations(y, t, a, b, c):
        gain, back, loss = a * y(0), c * y(1) * y(2), b * y(1) ** 2
        return (back - gain, gain - back - loss, loss)


def run(system, start, end, dt, solver, relative, absolute):
    start = np.array(start)

    def call():
        made = system.run(
            final_time=end, dt=dt, ic=start, solver=solver, rtol=relative, atol=absolute
        )
        return np.asarray(made.y), made.t[-1]

    system.run(final_time=dt, dt=dt, ic=start, solver=solver, rtol=relative, atol=absolute)
    return Run(f"run, {solver}, jit, rtol {relative}, atol {absolute}", call)


def w1(tolerance):
    return run(Lorenz(), given.LORENZ_START, 1000.0, 0.01, "dop853", tolerance, tolerance)


def w2(tolerance):
    starts = np.array(given.ensemble_starts(10_000))
    system = Lorenz()
    common = {"method": "dop853", "rtol": tolerance, "atol": tolerance}
    engine.ensemble(system, starts[:8], final_time=20.0, **common)

    def call():
        # A row that failed is all NaN.
        return engine.ensemble(system, starts, final_time=20.0, **common), 20.0

    return Run("ensemble, dop853, jit, one thread", call)


def w3(n):
    return lambda tolerance: run(
        lorenz96(n), given.lorenz96_start(n), 100.0, 0.05, "dop853", tolerance, tolerance
    )


def w4_van_der_pol(tolerance):
    end = given.VAN_DER_POL_END
    return run(Stiff(), given.VAN_DER_POL_START, end, end, "bdf", tolerance, tolerance)


def w4_robertson(tolerance):
    end, absolute = given.ROBERTSON_END, given.ROBERTSON_ABSOLUTE
    return run(Robertson(), given.ROBERTSON_START, end, end, "bdf", tolerance, absolute)


# The fastest of its settings that we found: a higher order than the default, fewer and longer stretches.
SPECTRUM = {"solver": "dop853", "dt": 0.5, "rtol": 1e-6, "atol": 1e-6}


def w5(system, start, transient, end):
    def prepare():
        made, where = system(), np.array(start)
        spectrum = ts.analysis.lyapunov_spectrum

        def call():
            found = spectrum(made, final_time=end, transient=transient, ic=where, **SPECTRUM)
            return np.asarray(found)[None], end

        spectrum(made, final_time=1.0, transient=0.0, ic=where, **SPECTRUM)
        return Run(f"lyapunov_spectrum, {words(SPECTRUM)}", call)

    return prepare


def w8(tau):
    """A sample ends a step here, so that the step is 1; tolerances change nothing but the time."""

    def prepare(_tolerance):
        beta, gamma, past = given.MACKEY_GLASS
        numbers = {"beta": beta, "gamma": gamma, "tau": float(tau), "n": 10}
        system = ts.systems.MackeyGlass(params=numbers)

        def call():
            made = system.run(final_time=10_000.0, dt=1.0, ic=[past])
            return np.asarray(made.y), made.t[-1]

        system.run(final_time=1.0, dt=1.0, ic=[past])
        return Run("run, rk45, jit, defaults", call)

    return prepare


def words(options):
    return ", ".join(f"{name} {value}" for name, value in options.items())


WORKLOADS = {
    "w1": w1,
    "w2": w2,
    "w3-40": w3(40),
    "w3-1000": w3(1000),
    "w4-vdp": w4_van_der_pol,
    "w4-robertson": w4_robertson,
    "w5-lorenz": w5(Lorenz, given.LORENZ_START, 100.0, 10_000.0),
    "w5-lorenz96": w5(lambda: lorenz96(40), given.lorenz96_start(40), 100.0, 1000.0),
    "w8-17": w8(17),
    "w8-18": w8(18),
}


def collection(periods):
    """W7: every flow of TSDynamics whose period we know, 1000 points at 100 a period."""
    done, failed = 0, []
    for name, period in sorted(periods.items()):
        try:
            system = getattr(ts.systems, name)()
            if not isinstance(system, ts.ContinuousSystem):
                continue
            step = period / 100.0
            made = system.run(
                final_time=999 * step, dt=step, solver="dop853", rtol=1e-12, atol=1e-12
            )
            if len(made.t) < 1000 or not np.isfinite(np.asarray(made.y)).all():
                raise RuntimeError("stopped early")
            done += 1
        except Exception as error:
            failed.append(f"{name}: {error}"[:100])
    return {"done": done, "failed": failed}


if __name__ == "__main__":
    begun = time.perf_counter()
    with open(sys.argv[1]) as file:
        print(json.dumps(collection(json.load(file))))
