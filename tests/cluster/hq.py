#!/usr/bin/env python3
"""A sweep on a real HyperQueue with two workers, one of which is killed on the way and replaced; the result must
be that of a local run, to the bit.

    tests/cluster/hq.py [TAKENS]

TAKENS is the binary, target/release/takens if left out, with its plugins beside it (`cargo xtask plugins
--release` builds both). Needs Linux and Python 3.11, and fetches the package `hyperqueue` from PyPI into a venv
that is gone afterwards, as is all else. It takes a few minutes, and is no part of `cargo xtask ci`.

The package has HyperQueue's server and worker, but not its program `hq`. So what `hq job submit-file` would
read is read here: the tasks of the job definition file that `takens distribute hyperqueue` writes go, one by one,
through the Python interface, with their commands, files, processors and crash limits. That `hq` itself takes
the file is not shown. The package runs a worker in the process of its server only; a worker in a process of its
own, which can be killed, is made by pointing a second server's folder (`hq-current`, the link that workers
follow) to the first.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import venv
from pathlib import Path

SWEEP = """
systems = ["Henon", "Lorenz", "Rossler", "Thomas", "Logistic"]
methods = ["naive", "mean", "parrot", "polyprop", "esn"]
seeds = 8
"""
TASKS, WORKERS, CORES = 200, 4, 2
PACKAGE = "hyperqueue>=0.27,<0.28"


def serve(folder, server=None):
    """A server, or a worker of the server in another folder, until standard input ends."""
    from hyperqueue.cluster import LocalCluster, WorkerConfig

    folder.mkdir()
    with LocalCluster(str(folder)) as cluster:
        if server is not None:
            link = folder / "hq-current"
            link.unlink()
            link.symlink_to((server / "hq-current").resolve())
            cluster.start_worker(WorkerConfig(cores=CORES))
        print("up", flush=True)
        sys.stdin.read()


def below(process):
    """A process and all that it has started."""
    found = [process]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            found += map(int, children.read_text().split())
    return found


def send(number, processes):
    for process in processes:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            pass


class Test:
    def __init__(self, takens, place):
        self.takens, self.place, self.started = takens, place, []
        self.local, self.joint = place / "local", place / "joint"

    def start(self, *words):
        """A server or a worker, once it is up."""
        log = open(self.place / f"{words[-1].name}.log", "w")
        process = subprocess.Popen([sys.executable, __file__, *map(str, words)], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=log, env=dict(os.environ, RUST_LOG="info"))
        self.started.append(process)
        # The server prints a table of its own first.
        if b"up\n" not in iter(process.stdout.readline, b""):
            sys.exit(f"error: {words[0]} did not come up: {(self.place / log.name).read_text()[-1000:]}")
        return process

    def run(self, *words):
        """What `takens` prints."""
        output = subprocess.run([self.takens, *map(str, words)], capture_output=True, text=True)
        if output.returncode:
            sys.exit(f"error: takens {words[0]}: {output.stdout}{output.stderr}")
        return output.stdout

    def status(self):
        return json.loads(self.run("status", self.joint, "--json"))

    def wait(self, what, condition, seconds=120):
        begun = time.monotonic()
        while not condition(status := self.status()):
            if time.monotonic() - begun > seconds:
                sys.exit(f"error: {what} did not happen: {status}")
            time.sleep(0.1)
        return status

    def submit(self, client):
        """The job definition file as a job."""
        from hyperqueue import Job
        from hyperqueue.ffi.protocol import ResourceRequest

        definition = tomllib.loads((self.joint / "hyperqueue.toml").read_text())
        job = Job(name=definition["name"])
        for task in definition["task"]:
            [request] = task["request"]
            job.program(task["command"], stdout=task["stdout"], stderr=task["stderr"],
                        crash_limit=task["crash_limit"],
                        resources=ResourceRequest(cpus=request["resources"]["cpus"]))
        return client.submit(job)

    def do(self):
        # What is told is told at once, into a file as well.
        sys.stdout.reconfigure(line_buffering=True)
        # HyperQueue's own bar.
        os.environ["TQDM_DISABLE"] = "1"
        import hyperqueue
        from hyperqueue import Client

        sweep = self.place / "sweep.toml"
        sweep.write_text(SWEEP)
        server = self.place / "server"
        self.start("--serve", server)
        nodes = [self.start("--work", server, self.place / name) for name in ["n1", "n2"]]
        print(f"HyperQueue {hyperqueue.get_version()}: 2 workers of {CORES} processors")
        begun = time.monotonic()
        self.run("bench", sweep, "--out", self.local, "--workers", 2)
        print(f"locally, 2 tasks at once: {time.monotonic() - begun:.1f} s")

        self.run("bench", sweep, "--out", self.joint, "--prepare")
        self.run("distribute", "hyperqueue", self.joint, "--workers", WORKERS, "--lease", 10)
        begun = time.monotonic()
        client = Client(server)
        job = self.submit(client)

        # A worker dies: all that runs on it is stopped, and then killed.
        victim = nodes[1].pid
        on_it = lambda status: [one["name"] for one in status["members"] if one["process"] in below(victim)]
        self.wait("work on both", lambda status: status["ended"] >= TASKS // 5 and on_it(status))
        doomed = below(victim)
        send(signal.SIGSTOP, doomed)
        status = self.status()
        lost = on_it(status)
        flying = sum(one["member"] in lost for one in status["in_flight"])
        send(signal.SIGKILL, doomed)
        nodes[1].wait()
        print(f"n2 killed: {len(lost)} of {WORKERS} members there, {status['ended']} of {TASKS} tasks ended, {flying} in "
              "flight on it")
        self.start("--work", server, self.place / "n3")

        status = self.wait("the end", lambda status: status["ended"] == TASKS, 600)
        print(f"on HyperQueue, {WORKERS} members: {time.monotonic() - begun:.1f} s until all tasks had ended")
        # Fails if a member did.
        client.wait_for_jobs([job])
        again = len(self.status()["files"]) - WORKERS
        print(f"members that HyperQueue started again on n3, with results of their own: {again}")
        if not again:
            sys.exit("error: HyperQueue started no member again")

        self.run("bench", "--resume", "--out", self.joint)
        results = sum(one["results"] for one in self.status()["files"])
        print(f"results in all files: {results}, {results - TASKS} of them twice")
        told = self.run("diff", self.local, self.joint)
        print(told, end="")
        if told != f"{TASKS} tasks equal to the bit\n":
            sys.exit("error: the runs are not equal")

    def end(self):
        for process in self.started:
            process.stdin.close()
        for process in self.started:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                send(signal.SIGKILL, below(process.pid))


def main():
    match sys.argv[1:]:
        case ["--serve", folder]:
            return serve(Path(folder))
        case ["--work", server, folder]:
            return serve(Path(folder), Path(server))
        case ["--test", takens, place]:
            test = Test(takens, Path(place))
            try:
                return test.do()
            finally:
                test.end()
        case arguments if len(arguments) > 1:
            sys.exit("usage: tests/cluster/hq.py [TAKENS]")
    built = Path(__file__).resolve().parents[2] / "target/release/takens"
    takens = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else built
    if not os.access(takens, os.X_OK):
        sys.exit(f"error: no binary {takens}; build it with: cargo xtask plugins --release")
    place = Path(tempfile.mkdtemp(prefix="takens-hq."))
    venv.create(place / "venv", with_pip=True)
    python = place / "venv/bin/python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE], check=True)
    status = subprocess.run([python, __file__, "--test", takens, place]).returncode
    if status:
        print(f"left for a look: {place}", file=sys.stderr)
    else:
        shutil.rmtree(place)
    return status


if __name__ == "__main__":
    sys.exit(main())
