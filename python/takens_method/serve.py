"""The other end of the pipes: reads questions, answers them, and keeps standard output out of it."""

import gc
import json
import os
import signal
import struct
import sys
import time
import traceback
from types import SimpleNamespace

import numpy as np

from .faults import Cancelled, Diverged, Fault, InvalidData, OutOfTime
from .method import Dataset, Series

PANIC = 8


class Channel:
    """Messages: a length, a JSON head, arrays of doubles, bytes."""

    def __init__(self):
        # What the method prints goes to standard error, where the host keeps it in the log.
        self.source = os.fdopen(os.dup(0), "rb")
        self.sink = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)

    def read(self):
        begin = self.source.read(4)
        if len(begin) < 4:
            return None, [], b""
        head = json.loads(self.source.read(struct.unpack("<I", begin)[0]))
        arrays = []
        for shape in head.get("shapes", []):
            count = int(np.prod(shape, dtype=np.int64))
            values = np.frombuffer(self.source.read(8 * count), dtype="<f8")
            arrays.append(values.reshape(shape).copy())
        return head, arrays, self.source.read(head.get("bytes", 0))

    def write(self, head, arrays=(), data=b""):
        arrays = [np.ascontiguousarray(one, dtype="<f8") for one in arrays]
        head = dict(head, shapes=[list(one.shape) for one in arrays], bytes=len(data))
        text = json.dumps(head).encode()
        self.sink.write(struct.pack("<I", len(text)) + text)
        for one in arrays:
            self.sink.write(one.tobytes())
        self.sink.write(data)
        self.sink.flush()


class Call:
    """What goes with one call: seed, budgets, random numbers, messages."""

    def __init__(self, channel, head):
        self._channel = channel
        self.seed, self.stream = head.get("seed", 0), head.get("stream", 0)
        self.threads, self.memory = head.get("threads", 1), head.get("memory")
        seconds = head.get("seconds")
        self._until = None if seconds is None else time.monotonic() + seconds

    def check(self):
        """To be called in long loops: raises OutOfTime past the deadline."""
        if self._until is not None and time.monotonic() > self._until:
            raise OutOfTime("the time is up")

    def random(self, count, stream=0, offset=0):
        """Numbers `offset` to `offset + count` of a stream, uniform in [0, 1): the only randomness."""
        with uninterrupted():
            self._channel.write({"ask": "random", "stream": stream, "offset": offset, "count": count})
            return self._channel.read()[1][0]

    def whole_seed(self, stream=0):
        """A whole number below 2**53 from the host, for a library that has generators of its own."""
        return int(self.random(1, stream)[0] * 2.0**53)

    def generator(self, stream=0):
        """A numpy generator that the host seeds."""
        return np.random.default_rng(self.whole_seed(stream))

    def log(self, text, level="info"):
        """Leaves a message in the task's log."""
        with uninterrupted():
            self._channel.write({"tell": "log", "level": level, "text": str(text)})

    def progress(self, fraction, loss=None, text=""):
        """Says how far the work has come, from 0 to 1."""
        with uninterrupted():
            self._channel.write({"tell": "progress", "fraction": float(fraction),
                                 "loss": None if loss is None else float(loss), "text": text})


class uninterrupted:
    """Holds the wish to stop back while a message is on its way, so that none is left half."""

    allowed = False
    asked = False

    def __enter__(self):
        self.before, uninterrupted.allowed = uninterrupted.allowed, False

    def __exit__(self, *_):
        uninterrupted.allowed = self.before
        if self.before and uninterrupted.asked:
            raise Cancelled("cancelled")

    @staticmethod
    def stop(*_):
        uninterrupted.asked = True
        if uninterrupted.allowed:
            raise Cancelled("cancelled")


def dataset(head, arrays):
    series, arrays = [], iter(arrays)
    for one in head["series"]:
        values = next(arrays)
        step = one.get("step")
        times = next(arrays) if one.get("times") else one["start"] + step * np.arange(len(values))
        series.append(Series(values, times, step))
    return Dataset(series, head["names"], head.get("discrete", False), head.get("noise"))


class Served:
    """An instance and whether it is fitted."""

    def __init__(self, method):
        self.method, self.fitted = method, False

    @classmethod
    def of(cls, kind, params):
        method = kind.__new__(kind)
        method.params = SimpleNamespace(**params)
        method.__init__()
        return cls(method)

    def work(self, channel, head, arrays, data):
        do, method = head["do"], self.method
        call = Call(channel, head.get("call", {}))
        if do == "fit":
            self.fitted = False
            method.fit(dataset(head, arrays), call)
            self.fitted = True
            return {}, [], b""
        if do == "load":
            method.load(data)
            self.fitted = True
            return {}, [], b""
        if not self.fitted:
            raise InvalidData("not fitted to any data yet")
        if do == "save":
            return {}, [], bytes(method.save())
        if do == "candidates":
            found = [dict(equations=list(one.equations), complexity=float(one.complexity),
                          loss=None if np.isnan(one.loss) else float(one.loss))
                     for one in method.candidates(call)]
            return {"candidates": found}, [], b""
        context, horizon = arrays[0], head["horizon"]
        path = np.asarray(method.forecast(context, horizon, call), dtype=float)
        if path.shape == (horizon, context.shape[1]) and not np.isfinite(path).all():
            raise Diverged("the forecast is not finite")
        return {}, [path], b""


def run(*classes):
    """Serves methods to the host that started this script."""
    channel, instances, made = Channel(), {}, 0
    kinds = {one.id: one for one in classes}
    signal.signal(signal.SIGINT, uninterrupted.stop)
    # Modules stay: the collector need not go through them each time, which takes longer than a quick method.
    gc.collect()
    gc.freeze()
    while True:
        head, arrays, data = channel.read()
        if head is None:
            return
        answer = ({}, [], b"")
        try:
            do = head["do"]
            if do == "describe":
                answer = ({"methods": [one.describe() for one in classes]}, [], b"")
            elif do == "create":
                made += 1
                instances[made] = Served.of(kinds[head["method"]], head["params"])
                answer = ({"instance": made}, [], b"")
            elif do == "destroy":
                instances.pop(head["instance"], None)
                # What refers to itself in a circle is freed by the collector alone, which comes when it likes. It
                # comes now: a large model is gone before the next one is made, and what is left is a leak.
                gc.collect()
            else:
                uninterrupted.asked, uninterrupted.allowed = False, True
                answer = instances[head["instance"]].work(channel, head, arrays, data)
        except Fault as fault:
            answer = ({"status": fault.status, "message": str(fault)}, [], b"")
        except MemoryError as error:
            answer = ({"status": 7, "message": f"out of memory: {error}"}, [], b"")
        except Exception as error:  # Whatever it is: the host is told, and the next question comes.
            traceback.print_exc(file=sys.stderr)
            place = traceback.extract_tb(error.__traceback__)[-1]
            text = f"{type(error).__name__}: {error} (at {place.filename}:{place.lineno})"
            answer = ({"status": PANIC, "message": text}, [], b"")
        uninterrupted.allowed = False
        channel.write(*answer)
