"""What a method is, what it is fitted to, and what it finds."""

from dataclasses import dataclass, field
from typing import List, Optional

import numpy as np

from .faults import InvalidData


def param(default, about, *, minimum=None, maximum=None, choices=None, scale=None, tune=None,
          fidelity=False):
    """One parameter: its default, a description, and what the tuner may try.

    `scale` is "log" or "linear"; `fidelity` marks the parameter that says how much work is done.
    """
    schema = {"default": default, "description": about}
    if choices is not None:
        schema["enum"] = list(choices)
    elif isinstance(default, bool):
        schema["type"] = "boolean"
    elif isinstance(default, int):
        schema["type"] = "integer"
    elif isinstance(default, float):
        schema["type"] = "number"
    elif isinstance(default, str):
        schema["type"] = "string"
    else:
        raise TypeError(f"a parameter is a bool, an int, a float or a str, not {default!r}")
    for key, value in [("minimum", minimum), ("maximum", maximum), ("x-takens-scale", scale),
                       ("x-takens-tune", tune)]:
        if value is not None:
            schema[key] = value
    if fidelity:
        schema["x-takens-fidelity"] = True
    return schema


@dataclass
class Series:
    """One trajectory: `values` is time × component; `step` is None where `times` are irregular."""

    values: np.ndarray
    times: np.ndarray
    step: Optional[float]


@dataclass
class Dataset:
    """One or more trajectories of the same system, whose name and equations are not told."""

    series: List[Series]
    names: List[str]
    discrete: bool = False
    noise: Optional[dict] = None

    def require(self, samples):
        """Raises InvalidData unless there are trajectories of so many finite samples."""
        if not self.series or not self.names:
            raise InvalidData("there is no trajectory, or no component")
        for number, series in enumerate(self.series):
            if len(series.values) < samples:
                raise InvalidData(f"trajectory {number} has {len(series.values)} samples; at least "
                                  f"{samples} are needed")
            if not np.isfinite(series.values).all():
                raise InvalidData(f"trajectory {number} has values that are not finite")


@dataclass
class Candidate:
    """A system that a discoverer proposes: one expression for each component."""

    equations: List[str]
    complexity: float
    loss: float = field(default=float("nan"))


class Method:
    """A method. Subclasses say what they are, and define `fit` and `forecast` or `candidates`.

    `self.params` has an attribute for each entry of the class's `params`.
    """

    id = ""
    version = "0.1.0"
    summary = ""
    params = {}
    stochastic = False
    threads_matter = False

    def fit(self, data, call):
        """Learns from a Dataset; an earlier fit is forgotten."""
        raise NotImplementedError

    # def forecast(self, context, horizon, call): the next `horizon` states after `context`
    # def candidates(self, call): a list of Candidate, best first
    # def save(self) / def load(self, bytes): so that a fitted instance can be kept

    @classmethod
    def has(cls, ability):
        return callable(getattr(cls, ability, None))

    @classmethod
    def describe(cls):
        """What the host is told."""
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": False,
            "properties": cls.params,
        }
        return {
            "id": cls.id, "version": cls.version, "schema": schema,
            "kind": "forecaster" if cls.has("forecast") else "discoverer",
            "forecasts": cls.has("forecast"), "discovers": cls.has("candidates"),
            "saves": cls.has("save") and cls.has("load"),
            "stochastic": cls.stochastic, "threads_matter": cls.threads_matter,
        }

    def check_context(self, context, components, samples=1):
        """Raises InvalidData unless `context` is finite and fits what was learnt."""
        if len(context) < samples or context.shape[1] != components:
            raise InvalidData(f"the context is {context.shape}; {samples} samples of {components} "
                              "components are needed")
        if not np.isfinite(context).all():
            raise InvalidData("the context has values that are not finite")
