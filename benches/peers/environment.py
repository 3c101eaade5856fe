"""Puts the peers into a scratch folder and says how each is started, or why it is not there.

Nothing outside the folder is written, and nothing of what is missing is fatal.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# Packages of each peer made in Python; versions are those that the programs were written for.
PYTHON_PEERS = {
    "heyoka": ["heyoka==7.13.2"],
    "numbalsoda": ["numbalsoda==0.3.4"],
    "tsdynamics": ["tsdynamics==6.1.1"],
    "jitcode": ["jitcode==1.7.3", "jitcdde==1.8.3", "setuptools"],
    "scipy": ["scipy==1.18.1"],
}
# Versions of these are in `rust/Cargo.toml`.
RUST_PEERS = ["ode_solvers", "diffsol", "ivp", "differential-equations"]
PEERS = [*PYTHON_PEERS, *RUST_PEERS]

# tsdynamics is the peer that asks for the newest.
OLDEST_PYTHON, NEWEST_PYTHON = (3, 12), (3, 13)

# One thread each: the limits are for one core.
ONE_THREAD = {
    name: "1"
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "RAYON_NUM_THREADS",
    )
}


@dataclass
class Peer:
    """How a peer is started: the words before the name of a workload; or why it cannot be."""

    name: str
    command: list = field(default_factory=list)
    missing: str = ""


def say(text):
    print(text, file=sys.stderr, flush=True)


def quiet(command, log, **options):
    """Runs a command with its output in a file; whether it went well."""
    with open(log, "wb") as file:
        done = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, check=False, **options)
    return done.returncode == 0


def last_line(log):
    lines = [line for line in Path(log).read_text(errors="replace").splitlines() if line.strip()]
    wanted = [line for line in lines if "rror" in line]
    return ((wanted or lines or ["no output"])[-1].strip())[:160]


def suitable(python):
    """Whether this is a Python that all peers run on."""
    code = "import sys, venv; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return OLDEST_PYTHON <= tuple(map(int, done.stdout.split())) <= NEWEST_PYTHON


def find_python():
    """An interpreter: this one, one on the path, one of pyenv's; None if there is none."""
    names = [f"python{major}.{minor}" for major, minor in ((3, 12), (3, 13))]
    found = [sys.executable, *filter(None, map(shutil.which, [*names, "python3"]))]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found += [str(path) for name in names for path in sorted(pyenv.glob(f"*/bin/{name}"))]
    return next(filter(suitable, found), None)


def python_environment(scratch):
    """The interpreter of the scratch environment, and an empty word; or None and what is missing."""
    interpreter = scratch / "python" / "bin" / "python"
    if interpreter.exists():
        return interpreter, ""
    python, uv, log = find_python(), shutil.which("uv"), scratch / "python.log"
    if python:
        made = quiet([python, "-m", "venv", scratch / "python"], log)
    elif uv:
        made = quiet([uv, "venv", "--seed", "--python", "3.12", scratch / "python"], log)
    else:
        return None, "no Python 3.12 or 3.13 on the path or in pyenv, and no `uv` to get one"
    return (interpreter, "") if made else (None, f"no environment: {last_line(log)}")


def python_peer(name, interpreter, scratch, install):
    module = {"jitcode": "jitcdde, jitcode"}.get(name, name)
    command = [str(interpreter), str(HERE / "python" / "serve.py"), name]
    check = [str(interpreter), "-c", f"import {module}"]
    log = scratch / f"{name}.log"
    if quiet(check, log):
        return Peer(name, command)
    if not install:
        return Peer(name, missing="is not installed")
    if name == "numbalsoda" and not (shutil.which("gfortran") or os.environ.get("FC")):
        return Peer(name, missing="is built from source and needs gfortran, which is not there")
    if name == "jitcode" and not shutil.which("cc"):
        return Peer(name, missing="compiles C at run time and needs a compiler, which is not there")
    say(f"installing {name}")
    cache = ["--cache-dir", str(scratch / "pip")]
    words = [str(interpreter), "-m", "pip", "install", *cache, *PYTHON_PEERS[name]]
    if quiet(words, log) and quiet(check, scratch / f"{name}-check.log"):
        return Peer(name, command)
    return Peer(name, missing=f"does not install: {last_line(log)}")


def rust_peer(name, scratch, install):
    target, log = scratch / "rust", scratch / f"{name}.log"
    binary = target / "release" / name
    if not install:
        return Peer(name, [str(binary)]) if binary.exists() else Peer(name, missing="is not built")
    say(f"building {name}")
    build = ["cargo", "build", "--release", "--features", name, "--bin", name]
    manifest = ["--manifest-path", str(HERE / "rust" / "Cargo.toml")]
    if not quiet([*build, *manifest], log, env={**os.environ, "CARGO_TARGET_DIR": str(target)}):
        return Peer(name, missing=f"does not build: {last_line(log)}")
    return Peer(name, [str(binary)])


def peers(names, scratch, install):
    """All peers asked for, by name."""
    scratch.mkdir(parents=True, exist_ok=True)
    interpreter, why = None, ""
    if any(name in PYTHON_PEERS for name in names):
        interpreter, why = python_environment(scratch)
    found = {}
    for name in names:
        if name in RUST_PEERS:
            found[name] = rust_peer(name, scratch, install)
        elif interpreter is None:
            found[name] = Peer(name, missing=why)
        else:
            found[name] = python_peer(name, interpreter, scratch, install)
        if found[name].missing:
            say(f"{name} {found[name].missing}")
    return found


def ours(folder):
    """Our two programs, that of the workloads and the command line: built, if no folder has them."""
    if folder is None:
        build = ["cargo", "build", "--release", "-p", "takens-benches", "-p", "takens-cli"]
        subprocess.run(build, cwd=ROOT, check=True)
        folder = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    return folder / "takens-workloads", folder / "takens"
