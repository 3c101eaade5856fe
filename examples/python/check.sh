#!/usr/bin/env bash
# Installs the Python examples, each into a `.venv` of its own, validates them, and runs a small sweep and a discovery
# with them. It fetches packages from PyPI, which is why it is no part of `cargo xtask ci`.
#
#   cargo xtask plugins --release && examples/python/check.sh
#   examples/python/check.sh TAKENS     with another build of the program, and its plugins
set -euo pipefail
cd "$(dirname "$0")"
takens=$(realpath "${1:-../../target/release/takens}")
for method in reservoirpy-esn pysindy; do
    if ! [ -x "$method/.venv/bin/python" ]; then
        python3 -m venv "$method/.venv"
    fi
    "$method/.venv/bin/pip" install --quiet --disable-pip-version-check -r "$method/requirements.txt" ../../python
    "$takens" plugin validate "$method" | grep -v '^passed\|^skipped'
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$takens" bench --plugin-dir . --methods mean,reservoirpy-esn --systems Lorenz,Rossler --seeds 2 --out "$out/run"
"$takens" leaderboard "$out/run" --metric vpt_schotz
"$takens" discover Lorenz --plugin-dir . --method pysindy --json > "$out/lorenz.json"
python3 - "$out/lorenz.json" <<'PYTHON'
import json, sys
found = json.load(open(sys.argv[1]))
print("pysindy on Lorenz:", found["level"], found["certainty"], found["equations"])
sys.exit(found["level"] not in ("L0", "L1"))
PYTHON
