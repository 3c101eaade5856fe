"""A program that has prepared one workload and waits for commands; see `benches/src/protocol.rs`."""

import json
import os
import subprocess
import time
from array import array


class Failed(Exception):
    """What a program said, or that it ended."""


class Worker:
    """One peer at one workload."""

    def __init__(self, peer, command, environment, log):
        self.peer = peer
        self.runs, self.failure, self.repeats = [], "", 1
        self.log = open(log, "ab")
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env=environment,
            text=True,
        )

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"ended with {self.process.wait()}; see {self.log.name}")
        try:
            answer = json.loads(line)
        except ValueError:
            raise Failed(f"said {line.strip()[:100]}") from None
        if "failed" in answer or "absent" in answer:
            raise Failed(answer.get("failed") or answer["absent"])
        return answer

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.read()

    def prepare(self):
        """Waits until the workload is compiled."""
        ready = self.read()
        self.about, self.compiled = ready["about"], ready["compiled"]

    def warm_up(self):
        """One run, which also tells how many make a time worth measuring; slow ones count already."""
        first = self.ask("run 1")
        if first["cpu"] > SLOW:
            self.runs.append(first)
            return
        second = self.ask("run 1")
        self.repeats = max(1, min(2000, round(WORTH / max(second["cpu"], 1e-7))))

    def run(self):
        if self.is_slow():
            return
        self.runs.append(self.ask(f"run {self.repeats}"))

    def is_slow(self):
        return bool(self.runs) and self.runs[0]["cpu"] > SLOW

    def result(self, path):
        """Rows of the last result, and the time reached."""
        told = self.ask(f"save {path}")
        values = array("d")
        with open(path, "rb") as file:
            values.frombytes(file.read())
        os.remove(path)
        rows, columns = told["shape"]
        if len(values) != rows * columns:
            raise Failed(f"{len(values)} numbers for {rows} rows of {columns}")
        return [values[k * columns : (k + 1) * columns] for k in range(rows)], told["reached"]

    def close(self):
        try:
            self.process.stdin.close()
            self.process.wait(timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self.log.close()


# A run of more processor seconds than this is not repeated; shorter ones are repeated until they sum up to
# the other.
SLOW, WORTH = 4.0, 0.04


def whole_process(command, environment, log):
    """Runs a command from start to end: seconds, and the last line that it printed."""
    begun = time.perf_counter()
    with open(log, "ab") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, env=environment, text=True
        )
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    if process.returncode:
        raise Failed(f"ended with {process.returncode}; see {log}")
    lines = text.strip().splitlines()
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime}, lines[-1] if lines else ""
