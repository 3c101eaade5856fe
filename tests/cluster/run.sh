#!/bin/bash
# A sweep on a real Slurm with two nodes, one of which is killed on the way; the result must be that of
# a local run, to the bit.
#
#     tests/cluster/run.sh [TAKENS]
#
# TAKENS is the binary, target/release/takens if left out, with its plugins beside it (`cargo xtask
# plugins --release` builds both). Needs Debian, root, and Slurm, which it installs where it is missing.
# It takes some three minutes, and is no part of `cargo xtask ci`.
# Both nodes are this machine, under two names. The daemons are this script's own: configuration, key
# and sockets lie in a temporary folder, ports are 17000 to 17002, and all of it is gone afterwards.
set -euo pipefail

fail() { echo "error: $*" >&2; exit 1; }

takens=$(realpath "${1:-$(dirname "$0")/../../target/release/takens}" 2>/dev/null || true)
[ -x "$takens" ] || fail "no binary ${1:-target/release/takens}; build it with: cargo xtask plugins --release"
[ "$(id -u)" = 0 ] || fail "Slurm's daemons start programs for others: run this as root"
programs="munged slurmctld slurmd sbatch squeue sinfo python3"
missing() { for program in $programs; do PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null || echo "$program"; done; }
if [ -n "$(missing)" ]; then
    command -v apt-get >/dev/null || fail "missing and not to be installed without apt-get: $(missing | xargs)"
    echo "installing Slurm, for the lack of: $(missing | xargs)"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y slurm-wlm munge python3; } >/dev/null \
        || fail "apt-get could not install slurm-wlm and munge; install them by hand"
fi
export PATH=$PATH:/usr/sbin:/sbin

place=$(mktemp -d /tmp/takens-cluster.XXXXXX)
pids=()
clean() {
    status=$?
    trap - EXIT
    scancel --user=root --full 2>/dev/null || true
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    sleep 1
    for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
    if [ $status = 0 ]; then rm -rf "$place"; else echo "left for a look: $place" >&2; fi
    exit $status
}
trap clean EXIT

# Slurm: one controller, two nodes.
export SLURM_CONF=$place/slurm.conf
host=$(hostname -s)
mkdir "$place"/{state,munge,n1,n2}
chmod 755 "$place"
cat > "$SLURM_CONF" <<CONF
ClusterName=takens
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=17000
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$place/munge/socket
StateSaveLocation=$place/state
SlurmctldPidFile=$place/slurmctld.pid
SlurmctldLogFile=$place/slurmctld.log
SlurmdSpoolDir=$place/%n
SlurmdPidFile=$place/%n.pid
SlurmdLogFile=$place/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
MpiDefault=none
ReturnToService=2
SlurmdTimeout=10
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=17001 CPUs=2 RealMemory=2000
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=17002 CPUs=2 RealMemory=2000
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
head -c 1024 /dev/urandom > "$place/munge/key"
chmod 700 "$place/munge"
chmod 600 "$place/munge/key"
munged --force --foreground --key-file="$place/munge/key" --socket="$place/munge/socket" \
    --pid-file="$place/munge/pid" --log-file="$place/munge/log" --seed-file="$place/munge/seed" \
    2>"$place/munge/errors" & pids+=($!)
for _ in $(seq 50); do [ -S "$place/munge/socket" ] && break; sleep 0.1; done
slurmctld -D 2>"$place/slurmctld.errors" & pids+=($!)
declare -A node
for name in n1 n2; do
    slurmd -D -N $name 2>"$place/$name.errors" & node[$name]=$!
    pids+=($!)
done
# Or bash would report the one that is killed.
disown -a
idle() { sinfo --noheader --Node --format=%T 2>/dev/null | grep -c '^idle$' || true; }
for _ in $(seq 60); do [ "$(idle)" = 2 ] && break; sleep 1; done
[ "$(idle)" = 2 ] || fail "the nodes did not come up: $(tail -n 3 "$place"/*.log "$place"/*.errors)"
echo "$(sinfo --version): 2 nodes of 2 processors, both of them $host"

# The sweep: 10 systems, 5 methods, 8 seeds.
cat > "$place/sweep.toml" <<'SWEEP'
systems = ["Henon", "Lorenz", "Rossler", "Chua", "Thomas", "Chen", "Finance", "Laser", "HindmarshRose", "Logistic"]
methods = ["naive", "mean", "parrot", "polyprop", "esn"]
seeds = 8
SWEEP
local=$place/local joint=$place/joint
begun=$(date +%s.%N)
"$takens" bench "$place/sweep.toml" --out "$local" --workers 2 >/dev/null 2>&1 || fail "the local run failed"
echo "locally, 2 tasks at once: $(python3 -c "import time; print(f'{time.time() - $begun:.1f} s')")"

"$takens" bench "$place/sweep.toml" --out "$joint" --prepare 2>/dev/null
"$takens" distribute slurm "$joint" --workers 4 --lease 10 --partition all --mem 400M --submit
begun=$(date +%s.%N)
ask() { "$takens" status "$joint" --json | python3 -c "import json, sys; run = json.load(sys.stdin); print($1)"; }

# A node dies: all that runs on it is stopped, and then killed.
for _ in $(seq 1200); do
    [ "$(ask 'run["ended"]')" -ge 80 ] && [ "$(ask 'sum(m["host"] == "n2" for m in run["members"])')" -ge 1 ] && break
    sleep 0.1
done
members=$(ask '" ".join(str(m["process"]) for m in run["members"] if m["host"] == "n2")')
[ -n "$members" ] || fail "no worker ran on n2"
victims=${node[n2]}
for member in $members; do
    step=$(awk '{ print $4 }' "/proc/$member/stat")
    victims="$victims $step $member $(pgrep -P "$member" | xargs)"
done
kill -STOP $victims 2>/dev/null || true
ended=$(ask 'run["ended"]')
lost=$(ask 'sum(f["member"] in {m["name"] for m in run["members"] if m["host"] == "n2"} for f in run["in_flight"])')
kill -KILL $victims 2>/dev/null || true
echo "n2 killed: $(echo "$members" | wc -w) workers there, $ended of 400 tasks ended, $lost in flight on it"

for _ in $(seq 3000); do [ "$(ask 'run["ended"]')" = 400 ] && break; sleep 0.2; done
echo "on Slurm, 4 workers: $(python3 -c "import time; print(f'{time.time() - $begun:.1f} s')") until $(ask 'run["ended"]') of 400 tasks had ended"
"$takens" status "$joint" | grep -E '^(worker|file)'
[ "$(ask 'run["ended"]')" = 400 ] || fail "the sweep did not come to its end"
for _ in $(seq 300); do [ -z "$(squeue --noheader)" ] && break; sleep 0.2; done
requeued=$(grep -ci 'requeue' "$place/slurmctld.log" || true)
echo "lines of the controller's log on requeueing: $requeued"

"$takens" bench --resume --out "$joint" 2>&1 >/dev/null | grep 'known before'
results=$(ask 'sum(f["results"] for f in run["files"])')
echo "results in all files: $results, $((results - 400)) of them twice"
told=$("$takens" diff "$local" "$joint") || fail "$told"
echo "$told"
[ "$told" = "400 tasks equal to the bit" ] || fail "the runs are not equal"
