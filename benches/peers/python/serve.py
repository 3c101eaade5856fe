"""One peer made in Python at one workload, driven line by line from `run.py`.

    python serve.py PEER WORKLOAD [TOLERANCE]

On start it imports the peer, prepares the workload (what is compiled is compiled here) and prints a line
with the seconds of both. Then it reads commands: `run N` runs N times and tells the mean, `save FILE`
writes the result of the last run as raw doubles and tells how far it got.
"""

import importlib
import json
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def tell(**values):
    print(json.dumps(values), flush=True)


class Clock:
    """Wall and processor seconds since it was made."""

    def __init__(self):
        self.begun = time.perf_counter(), time.process_time()

    def seconds(self, runs=1):
        wall, cpu = time.perf_counter() - self.begun[0], time.process_time() - self.begun[1]
        return {"wall": wall / runs, "cpu": cpu / runs}


def main():
    peer, workload, *rest = sys.argv[1:]
    clock = Clock()
    module = importlib.import_module(f"peer_{peer}")
    imported = clock.seconds()
    if workload not in module.WORKLOADS:
        return tell(absent=f"{peer} is not asked for {workload}")
    clock = Clock()
    try:
        run = module.WORKLOADS[workload](*map(float, rest))
    except Exception as error:
        traceback.print_exc()
        return tell(failed=f"{type(error).__name__}: {error}")
    tell(imported=imported, compiled=clock.seconds(), about=run.about)
    result = None
    for line in sys.stdin:
        command, argument = line.split()
        try:
            if command == "run":
                clock = Clock()
                for _ in range(int(argument)):
                    result = run()
                tell(**clock.seconds(int(argument)))
            elif command == "save":
                values, reached = result
                values.astype("<f8").ravel().tofile(argument)
                tell(shape=list(values.shape), reached=float(reached))
        except Exception as error:
            traceback.print_exc()
            tell(failed=f"{type(error).__name__}: {error}")


class Run:
    """What a workload is made into: something to call, and words on how it is done.

    A call gives the values and the time that was reached.
    """

    def __init__(self, about, call):
        self.about, self.call = about, call

    def __call__(self):
        return self.call()


if __name__ == "__main__":
    # Peers import `Run` from here under its own name.
    sys.modules["serve"] = sys.modules["__main__"]
    main()
