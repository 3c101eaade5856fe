"""What a row of the comparison is made of."""

from statistics import median


def failure(workload, peer, why):
    """The row of a peer without a result."""
    return {"workload": workload.name, "peer": peer, "failure": why}


def times(runs, per=1):
    """Medians, and half the distance of the quartiles relative to the median."""
    seconds = sorted(run["cpu"] / per for run in runs)
    middle, quarter = median(seconds), len(seconds) // 4
    return {
        "cpu": middle,
        "wall": median(run["wall"] / per for run in runs),
        "spread": (seconds[-1 - quarter] - seconds[quarter]) / (2.0 * middle),
        "runs": len(runs),
        "all": seconds,
    }
