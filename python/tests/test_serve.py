"""The other end of the pipes: a script is started as the host starts it, and asked."""

import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

import numpy as np

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

SCRIPT = """
import os
import time
import weakref
import numpy as np
from takens_method import Diverged, Method, param, run

rings = weakref.WeakSet()

class Last(Method):
    id = "last"
    params = {"shift": param(0.0, "added")}

    def fit(self, data, call):
        data.require(1)
        print("this goes to standard error")
        os.write(1, b"and this\\n")
        self.seen = data
        self.draw = call.random(2, stream=3, offset=4)
        self.whole = call.whole_seed()
        call.log("fitted", "warn")
        call.progress(0.5, loss=2.0)

    def forecast(self, context, horizon, call):
        if horizon == 7:
            while True:
                pass
        if horizon == 8:
            raise KeyError("no such thing")
        if horizon == 9:
            return np.full((9, context.shape[1]), np.nan)
        if horizon == 10:
            self.circle = self
            rings.add(self)
        if horizon == 11:
            return np.full((11, context.shape[1]), float(len(rings)))
        return np.repeat(context[-1:], horizon, axis=0) + self.params.shift

    def save(self):
        return self.draw.tobytes()

    def load(self, data):
        self.draw = np.frombuffer(data)

run(Last)
"""


class Asking(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        script = os.path.join(self.folder.name, "method.py")
        with open(script, "w") as file:
            file.write(textwrap.dedent(SCRIPT))
        self.process = subprocess.Popen(
            [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=dict(os.environ, PYTHONPATH=PACKAGE))
        self.told = []

    def tearDown(self):
        self.process.stdin.close()
        self.assertEqual(self.process.wait(10), 0, "the end of the questions is the end of the program")
        self.process.stdout.close()
        self.process.stderr.close()
        self.folder.cleanup()

    def send(self, head, arrays=(), data=b""):
        arrays = [np.ascontiguousarray(one, dtype="<f8") for one in arrays]
        text = json.dumps(dict(head, shapes=[one.shape for one in arrays], bytes=len(data))).encode()
        frame = struct.pack("<I", len(text)) + text + b"".join(one.tobytes() for one in arrays) + data
        self.process.stdin.write(frame)
        self.process.stdin.flush()

    def receive(self):
        source = self.process.stdout
        head = json.loads(source.read(struct.unpack("<I", source.read(4))[0]))
        arrays = [np.frombuffer(source.read(8 * int(np.prod(shape)))).reshape(shape) for shape in head["shapes"]]
        return head, arrays, source.read(head["bytes"])

    def ask(self, head, arrays=(), data=b""):
        """The answer; on the way, random numbers are served and messages kept."""
        self.send(head, arrays, data)
        while True:
            head, arrays, data = self.receive()
            if "ask" in head:
                self.told.append(head)
                self.send({}, [np.full(head["count"], 0.25)])
            elif "tell" in head:
                self.told.append(head)
            else:
                return head, arrays, data

    def fitted(self, **params):
        instance = self.ask({"do": "create", "method": "last", "params": dict({"shift": 0.0}, **params)})[0]["instance"]
        head, _, _ = self.ask({"do": "fit", "instance": instance, "names": ["x", "y"], "call": {"seed": 5},
                               "series": [{"start": 1.0, "step": 0.5}]}, [[[1, 2], [3, 4]]])
        self.assertNotIn("status", head)
        return instance

    def forecast(self, instance, horizon):
        return self.ask({"do": "forecast", "instance": instance, "horizon": horizon}, [[[1, 2], [3, 4]]])

    def test_a_method_describes_itself(self):
        methods = self.ask({"do": "describe"})[0]["methods"]
        self.assertEqual([(one["id"], one["saves"]) for one in methods], [("last", True)])

    def test_a_life(self):
        instance = self.fitted(shift=0.5)
        _, [path], _ = self.forecast(instance, 3)
        np.testing.assert_array_equal(path, [[3.5, 4.5]] * 3)
        random, seed, log, progress = self.told
        self.assertEqual((random["stream"], random["offset"], random["count"]), (3, 4, 2))
        self.assertEqual((seed["stream"], seed["count"]), (0, 1))
        self.assertEqual((log["level"], log["text"]), ("warn", "fitted"))
        self.assertEqual((progress["fraction"], progress["loss"]), (0.5, 2.0))
        _, _, saved = self.ask({"do": "save", "instance": instance})
        self.assertEqual(saved, struct.pack("<2d", 0.25, 0.25))
        other = self.ask({"do": "create", "method": "last", "params": {"shift": 0.0}})[0]["instance"]
        self.ask({"do": "load", "instance": other}, data=saved)
        self.assertEqual(self.ask({"do": "save", "instance": other})[2], saved)

    def test_what_refers_to_itself_is_gone_with_its_instance(self):
        instance = self.fitted()
        self.assertEqual(len(self.forecast(instance, 10)[1][0]), 10)
        self.ask({"do": "destroy", "instance": instance})
        later = self.fitted()
        _, [path], _ = self.forecast(later, 11)
        self.assertEqual(path[0, 0], 0, "instances in a circle that are still there")

    def test_faults_have_their_status(self):
        instance = self.ask({"do": "create", "method": "last", "params": {"shift": 0.0}})[0]["instance"]
        self.assertEqual(self.forecast(instance, 3)[0]["status"], 5, "not fitted yet")
        instance = self.fitted()
        self.assertEqual(self.forecast(instance, 9)[0]["status"], 6, "not finite")
        head = self.forecast(instance, 8)[0]
        self.assertEqual(head["status"], 8)
        self.assertRegex(head["message"], "KeyError: 'no such thing' \\(at .*method.py:[0-9]+\\)")
        self.assertNotIn("status", self.forecast(instance, 2)[0], "and it goes on")

    def test_a_loop_without_end_is_interrupted(self):
        instance = self.fitted()
        self.send({"do": "forecast", "instance": instance, "horizon": 7}, [[[1, 2]]])
        time.sleep(0.3)
        self.process.send_signal(signal.SIGINT)
        self.assertEqual(self.receive()[0]["status"], 1)
        self.assertNotIn("status", self.forecast(instance, 2)[0], "and it goes on")


class Trying(unittest.TestCase):
    def test_a_method_can_be_tried_without_a_host(self):
        with tempfile.TemporaryDirectory() as folder:
            script = os.path.join(folder, "method.py")
            with open(script, "w") as file:
                file.write(textwrap.dedent(SCRIPT).replace("run(Last)", "if __name__ == '__main__': run(Last)"))
            output = subprocess.run(
                [sys.executable, "-m", "takens_method", script], env=dict(os.environ, PYTHONPATH=PACKAGE),
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
        self.assertEqual(output.returncode, 0, output.stdout)
        self.assertIn("fit of 1000 samples of Lorenz", output.stdout)
        self.assertIn("error after 1, 10, 20 steps", output.stdout)


class Missing(unittest.TestCase):
    def test_numpy_that_is_missing_is_named(self):
        # Without the site folders there is no numpy, and the package alone is on the path.
        code = f"import sys; sys.path = [p for p in sys.path if 'packages' not in p] + [{PACKAGE!r}]; import takens_method"
        output = subprocess.run([sys.executable, "-S", "-E", "-c", code], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, universal_newlines=True)
        self.assertIn("takens_method needs numpy, which is not installed for", output.stdout)


if __name__ == "__main__":
    unittest.main()
