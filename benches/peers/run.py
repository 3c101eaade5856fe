#!/usr/bin/env python3
"""Ours beside theirs: the workloads W1 to W8, in one run. `README.md` says what is compared and how.

    python3 benches/peers/run.py [--only w1,w4] [--peers heyoka,ivp] [--runs 5] [--cpu 1]

Needs Python 3.9 or newer, cargo, and the registries of PyPI and crates.io on the first run.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import cold
import environment
import errors
import table
from environment import PEERS, ROOT, say
from figures import failure, times
from worker import Failed, Worker
from workloads import WORKLOADS


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = ", ".join(workload.name for workload in WORKLOADS)
    parser.add_argument("--only", default="", help=f"workloads or their beginnings: {names}")
    parser.add_argument("--peers", default=",".join(PEERS), help="peers to compare with")
    parser.add_argument("--runs", type=int, default=5, help="measured runs of each")
    parser.add_argument("--cpu", help="pin all but the run on two threads to this core (taskset)")
    parser.add_argument("--scratch", type=Path, default=ROOT / "target" / "peers")
    parser.add_argument("--ours", type=Path, help="a folder that has our programs built")
    parser.add_argument("--json", type=Path, help="write all figures here too, a line each")
    parser.add_argument("--no-install", action="store_true", help="only peers that are there")
    return parser.parse_args()


def main():
    options = arguments()
    wanted = [word for word in options.only.lower().split(",") if word]
    chosen = [w for w in WORKLOADS if not wanted or any(w.name.startswith(word) for word in wanted)]
    names = [name for name in options.peers.split(",") if name]
    unknown = [name for name in names if name not in PEERS]
    if unknown or not chosen:
        sys.exit(f"no such peer or workload: {unknown or wanted}; see --help")
    binaries = environment.ours(options.ours and options.ours.resolve())
    peers = environment.peers(names, options.scratch.resolve(), not options.no_install)
    pin = ["taskset", "-c", options.cpu] if options.cpu and shutil.which("taskset") else []
    place = Place(options, binaries, peers, pin)
    rows = []
    for workload in chosen:
        say(f"{workload.name}: {workload.title}")
        made = (cold.compare if workload.process else compare)(workload, place)
        table.comparison(workload, made)
        sys.stdout.flush()
        rows += made
    table.verdicts(rows)
    if options.json:
        keep = [{k: v for k, v in row.items() if k != "rows"} for row in rows]
        options.json.write_text("".join(json.dumps(row) + "\n" for row in keep))


class Place:
    """Where programs are and how they are started."""

    def __init__(self, options, binaries, peers, pin):
        self.runs, self.scratch = options.runs, options.scratch.resolve()
        self.workloads, self.takens = binaries
        self.peers, self.pin = peers, pin
        self.environment = {**os.environ, **environment.ONE_THREAD}
        # Some machines force an old kernel of OpenBLAS, which would slow the peers down.
        for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
            self.environment.pop(name, None)
        self.log = self.scratch / "run.log"

    def missing(self, workload):
        """Rows of the peers that are not there."""
        absent = [self.peers[name] for name in workload.peers if name in self.peers]
        return [failure(workload, peer.name, peer.missing) for peer in absent if peer.missing]

    def present(self, workload):
        found = [self.peers[name] for name in workload.peers if name in self.peers]
        return [peer for peer in found if not peer.missing]


def start(workload, place):
    """The programs of a workload, ours first, all made ready."""
    commands = []
    for own in workload.ours:
        name = workload.serve + {"native": "-native", "two threads": "-two"}.get(own, "")
        pin = [] if own == "two threads" else place.pin
        commands.append((own, [*pin, str(place.workloads), name]))
    commands += [
        (peer.name, [*place.pin, *peer.command, workload.serve]) for peer in place.present(workload)
    ]
    return [
        Worker(name, [*command, *workload.arguments], place.environment, place.log)
        for name, command in commands
    ]


def compare(workload, place):
    """Runs all programs in turn, so that what disturbs one disturbs all."""
    workers = start(workload, place)
    rounds = [Worker.prepare, Worker.warm_up, *[Worker.run] * place.runs]
    for action in rounds:
        for worker in workers:
            if not worker.failure:
                try:
                    action(worker)
                except (Failed, OSError) as error:
                    worker.failure = str(error)
    rows = [row(workload, worker) for worker in workers]
    for worker in workers:
        worker.close()
    return rows + place.missing(workload)


def row(workload, worker):
    """Times, error, and whether the end was reached."""
    if worker.failure:
        return failure(workload, worker.peer, worker.failure)
    handle, path = tempfile.mkstemp(suffix=".f64")
    os.close(handle)
    try:
        values, reached = worker.result(path)
    except (Failed, OSError) as error:
        return failure(workload, worker.peer, str(error))
    why = errors.check_end(values, reached, workload.rows, workload.end, workload.first)
    if why:
        return failure(workload, worker.peer, f"did not reach its end: {why}")
    return {
        "workload": workload.name,
        "peer": worker.peer,
        "how": worker.about,
        **times(worker.runs, workload.per),
        "compile": worker.compiled["cpu"],
        "error": workload.error(values),
        "rows": values if workload.name == "w5-lorenz" else None,
    }


if __name__ == "__main__":
    main()
