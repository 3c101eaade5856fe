"""Workloads that are a whole process: W1 from a cold start, and the collection of W7."""

import json
import os
import struct
import tempfile
from array import array

import errors
from figures import failure, times
from worker import Failed, whole_process

HEYOKA = """
import heyoka as hy, numpy as np
x, y, z = hy.make_vars("x", "y", "z")
system = [(x, 10.0 * (y - x)), (y, x * (28.0 - z) - y), (z, x * y - 8.0 / 3.0 * z)]
integrator = hy.taylor_adaptive(system, [1.0, 1.0, 1.0], tol=1e-9)
samples = integrator.propagate_grid(0.01 * np.arange(100_001))[5]
np.save({path!r}, samples)
"""


def compare(workload, place):
    return (trajectories if workload.name == "w1-cold" else collections)(workload, place)


def trajectories(workload, place):
    """`takens trajectory` and a script of heyoka, both writing .npy."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "samples.npy")
        options = "--ic 1,1,1 --t-end 1000 --points 100001 --tol 1e-9".split()
        commands = {"takens": [str(place.takens), "trajectory", "Lorenz", *options, "-o", path]}
        for peer in place.present(workload):
            commands[peer.name] = [peer.command[0], "-c", HEYOKA.format(path=path)]

        def judge(_):
            rows = read_npy(path)
            os.remove(path)
            why = errors.check_end(rows, 1000.0, workload.rows, 1000.0, 0)
            return {"error": workload.error(rows)}, why

        how = {"takens": "takens trajectory, the built-in Lorenz", "heyoka": "python -c, propagate_grid"}
        return interleaved(workload, place, commands, how, judge) + place.missing(workload)


def collections(workload, place):
    """All flows of ours; of theirs those under the same name, with our periods."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(periods(place), file)
        file.flush()
        commands = {"takens": [str(place.workloads), "collection"]}
        for peer in place.present(workload):
            script = peer.command[1].replace("serve.py", f"peer_{peer.name}.py")
            commands[peer.name] = [peer.command[0], script, file.name]

        def judge(line):
            told = json.loads(line)
            return {"error": None, "done": told["done"], "failed": told["failed"]}, ""

        rows = interleaved(workload, place, commands, {}, judge)
    for row in rows:
        if not row.get("failure"):
            row["how"] = f"{row['done']} systems" + "".join(f"; {why}" for why in row["failed"])
    return rows + place.missing(workload)


def periods(place):
    """The periods of our systems, by name."""
    _, line = whole_process([str(place.workloads), "periods"], place.environment, place.log)
    return json.loads(line)


def interleaved(workload, place, commands, how, judge):
    """Each command in turn, several times after a first run that warms the disk."""
    runs = {name: [] for name in commands}
    found, failures = {}, {}
    for attempt in range(place.runs + 1):
        for name, command in commands.items():
            if name in failures:
                continue
            try:
                seconds, line = whole_process([*place.pin, *command], place.environment, place.log)
                found[name], why = judge(line)
                if why:
                    raise Failed(f"did not reach its end: {why}")
                if attempt:
                    runs[name].append(seconds)
            except (Failed, OSError, ValueError) as error:
                failures[name] = str(error)
    return [
        failure(workload, name, failures[name])
        if name in failures
        else {
            "workload": workload.name,
            "peer": name,
            "how": how.get(name, ""),
            **times(runs[name]),
            "compile": None,
            **found[name],
        }
        for name in commands
    ]


def read_npy(path):
    """The rows of a two-dimensional array of doubles in NumPy's format, version 1 or 2."""
    with open(path, "rb") as file:
        magic = file.read(8)
        if magic[:6] != b"\x93NUMPY":
            raise Failed(f"{path} is no .npy file")
        size = struct.unpack("<H" if magic[6] == 1 else "<I", file.read(2 if magic[6] == 1 else 4))
        header = file.read(size[0]).decode("latin-1")
        values = array("d")
        values.frombytes(file.read())
    if "<f8" not in header or "True" in header:
        raise Failed(f"{path} is not in rows of doubles: {header.strip()}")
    rows, count = (int(n) for n in header.split("(")[1].split(")")[0].split(",")[:2])
    return [values[k * count : (k + 1) * count] for k in range(rows)]
