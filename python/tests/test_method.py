"""What a method says of itself, and what it is given."""

import unittest

import numpy as np

from takens_method import Dataset, InvalidData, Method, Series, param


class Drift(Method):
    id, version, summary = "drift", "1.2.3", "along a line"
    stochastic = True
    params = {"weight": param(0.5, "share of the slope", minimum=0.0, maximum=1.0, scale="log", tune=[0.5, 1.0]),
              "steps": param(3, "how often", minimum=1, fidelity=True),
              "kind": param("a", "which", choices=["a", "b"])}

    def forecast(self, context, horizon, call):
        return context[-1:]


class Finder(Method):
    id = "finder"

    def candidates(self, call):
        return []


class Describing(unittest.TestCase):
    def test_parameters_become_a_schema(self):
        facts = Drift.describe()
        self.assertEqual(facts["schema"]["additionalProperties"], False)
        self.assertEqual(facts["schema"]["properties"]["weight"], {
            "default": 0.5, "description": "share of the slope", "type": "number", "minimum": 0.0, "maximum": 1.0,
            "x-takens-scale": "log", "x-takens-tune": [0.5, 1.0]})
        self.assertEqual(facts["schema"]["properties"]["steps"]["x-takens-fidelity"], True)
        self.assertEqual(facts["schema"]["properties"]["kind"]["enum"], ["a", "b"])

    def test_abilities_follow_from_the_functions_there_are(self):
        drift, finder = Drift.describe(), Finder.describe()
        self.assertEqual((drift["kind"], drift["forecasts"], drift["discovers"], drift["saves"]),
                         ("forecaster", True, False, False))
        self.assertEqual((finder["kind"], finder["forecasts"], finder["discovers"]), ("discoverer", False, True))
        self.assertTrue(drift["stochastic"] and not finder["stochastic"])

    def test_a_default_that_is_no_parameter_is_refused(self):
        with self.assertRaisesRegex(TypeError, "a bool, an int, a float or a str, not \\[1\\]"):
            param([1], "a list")


class Requiring(unittest.TestCase):
    def check(self, values, samples, told):
        data = Dataset([Series(np.array(values, dtype=float), np.arange(len(values)), 1.0)], ["x"])
        if told is None:
            data.require(samples)
        else:
            with self.assertRaisesRegex(InvalidData, told):
                data.require(samples)

    def test_data_are_looked_at(self):
        self.check([[1], [2]], 2, None)
        self.check([[1], [2]], 3, "trajectory 0 has 2 samples; at least 3")
        self.check([[1], [np.nan]], 1, "not finite")
        with self.assertRaisesRegex(InvalidData, "no trajectory"):
            Dataset([], ["x"]).require(0)

    def test_a_context_is_looked_at(self):
        method = Drift()
        method.check_context(np.zeros((3, 2)), 2)
        for context, samples in [(np.zeros((3, 1)), 1), (np.zeros((1, 2)), 2), (np.full((3, 2), np.inf), 1)]:
            with self.assertRaises(InvalidData):
                method.check_context(context, 2, samples)


if __name__ == "__main__":
    unittest.main()
