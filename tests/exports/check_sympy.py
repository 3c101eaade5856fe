"""Reads every SymPy export and holds its numbers against those of the Python export.

Usage: check_sympy.py FOLDER, which has NAME.sympy.py and NAME.py for each system.
"""

import importlib.util
import pathlib
import signal
import sys

import mpmath
import numpy as np
import sympy as sp


def load(path):
    spec = importlib.util.spec_from_file_location("export", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def numbers(module, x, t):
    """The right-hand side by substitution, to 30 digits; None where roots have to be searched."""
    if hasattr(module, "IMPLICIT"):
        return None
    values = {module.t: t}
    for symbol, default in module.PARAMETERS.items():
        values[symbol] = default.subs(values)
    values.update(zip(module.STATES, map(sp.Float, x)))
    for symbols in ("DELAYED", "MODES"):
        values.update((s, sp.Integer(0)) for s in getattr(module, symbols, {}))
    f = sp.lambdify([list(values)], list(module.RHS), modules="mpmath", cse=True)
    mpmath.mp.dps = 30
    arguments = [mpmath.mpmathify(sp.N(value, 30)) for value in values.values()]
    return [float(mpmath.re(mpmath.mpmathify(value))) for value in f(arguments)]


def late(_signal, _frame):
    raise TimeoutError


signal.signal(signal.SIGALRM, late)
folder = pathlib.Path(sys.argv[1])
checked, skipped, slow = 0, 0, []
for path in sorted(folder.glob("*.sympy.py")):
    name = path.name.removesuffix(".sympy.py")
    plain = load(folder / f"{name}.py")
    x = plain.initial()
    signal.alarm(30)
    try:
        exact = load(path)
        got = numbers(exact, x, sp.Rational(7, 10))
    except TimeoutError:
        slow.append(name)
        continue
    finally:
        signal.alarm(0)
    extra = {}
    if hasattr(plain, "lags"):
        extra["x_tau"] = np.zeros(len(exact.DELAYED))
    if hasattr(plain, "initial_modes"):
        extra["modes"] = np.zeros(len(exact.MODES))
    want = plain.rhs(0.7, x, **extra)
    if got is None:
        skipped += 1
        continue
    checked += 1
    error = np.max(np.abs(np.array(got) - want)) / max(np.max(np.abs(want)), 1e-300)
    # NumPy rounds where 30 digits do not: cancellation in the formula is no fault of the export.
    if not error < 1e-9:
        sys.exit(f"SymPy: {name} differs: {got} for {list(want)}")
print(f"SymPy: {checked} systems agree, {skipped} with implicit roots left out, slow: {slow or 'none'}")
