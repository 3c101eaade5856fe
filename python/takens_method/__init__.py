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

Beside the script lies `takens-plugin.toml` with `runner = "process"`; `takens plugin new NAME --lang python` writes
both, and `takens plugin validate` checks them. What a method cannot do it says by raising one of the faults
below; any other exception is a fault of the method itself.
"""

from .faults import (
    Cancelled, Diverged, Fault, InvalidData, InvalidParams, OutOfTime, Unsupported,
)
from .method import Candidate, Dataset, Method, Series, param
from .serve import Call, run

__all__ = [
    "Call", "Cancelled", "Candidate", "Dataset", "Diverged", "Fault", "InvalidData", "InvalidParams",
    "Method", "OutOfTime", "Series", "Unsupported", "param", "run",
]
