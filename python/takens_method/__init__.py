"""Write a method for Takens in Python.

A method is a class with `fit` and `forecast` (or `candidates`), and a script that ends with `run(Class)`:

    import numpy as np
    from takens_method import Method, param, run

    class Last(Method):
        id, version, summary = "last", "0.1.0", "repeat the last observed state"

        def fit(self, data, call):
            data.require(1)

        def forecast(self, context, horizon, call):
            return np.repeat(context[-1:], horizon, axis=0)

    run(Last)

`python -m takens_method method.py` tries a method without a host. Beside the script lies `takens-plugin.toml` with `runner = "process"`; `takens plugin new NAME --lang python` writes
both, and `takens plugin validate` checks them. What a method cannot do it says by raising one of the faults
below; any other exception is a fault of the method itself.
"""

import importlib.util
import sys

if sys.version_info < (3, 9):
    raise ImportError("takens_method needs Python 3.9 or newer; {} is {}.{}".format(
        sys.executable, *sys.version_info[:2]))
if importlib.util.find_spec("numpy") is None:
    raise ImportError("takens_method needs numpy, which is not installed for {0}: {0} -m pip install numpy".format(
        sys.executable))

from .faults import (
    Cancelled, Diverged, Fault, InvalidData, InvalidParams, OutOfTime, Unsupported,
)
from .method import Candidate, Dataset, Method, Series, param
from .serve import Call, run

__all__ = [
    "Call", "Cancelled", "Candidate", "Dataset", "Diverged", "Fault", "InvalidData", "InvalidParams",
    "Method", "OutOfTime", "Series", "Unsupported", "param", "run",
]
