"""The limits that Takens is to keep, as ratios to named peers in the same run."""

import errors


class Measured:
    """What a run told of each peer at each workload."""

    def __init__(self, rows):
        self.rows = {(row["workload"], row["peer"]): row for row in rows if not row.get("failure")}

    def get(self, workload, peer="takens"):
        return self.rows.get((workload, peer))

    def best(self, workload):
        """The fastest of the peers that came within 1e-3 of the truth."""
        others = [
            row
            for (name, peer), row in self.rows.items()
            if name == workload and peer not in OURS and row["error"] <= 1e-3
        ]
        return min(others, key=lambda row: row["cpu"], default=None)


OURS = ("takens", "native", "two threads")


def ratio(measured, workload, peer):
    """Ours by theirs, in processor time; None if one of them is missing."""
    own = measured.get(workload)
    other = measured.best(workload) if peer == "best" else measured.get(workload, peer)
    return own["cpu"] / other["cpu"] if own and other else None


def against(workload, peer, most, error=None):
    """The limit of a ratio, and of our error if one is given."""

    def check(measured):
        value, own = ratio(measured, workload, peer), measured.get(workload)
        if value is None:
            return None
        fine = error is None or own["error"] <= error
        told = f"{value:.2f}" + ("" if error is None else f", error {own['error']:.1e}")
        return told, value <= most and fine

    name = "the best peer" if peer == "best" else peer
    wanted = f"at most {most} x {name}" + ("" if error is None else f", error at most {error:g}")
    return workload, wanted, check


def two_cores(measured):
    one, two = measured.get("w2"), measured.get("w2", "two threads")
    if not (one and two):
        return None
    return f"{one['wall'] / two['wall']:.2f}", one["wall"] / two["wall"] >= 1.85


def no_worse_than_ivp(measured):
    own, other = measured.get("w3-1000"), measured.get("w3-1000", "ivp")
    if not (own and other):
        return None
    return f"{own['error']:.1e} and {other['error']:.1e}", own["error"] <= other["error"]


def compiles_fast(measured):
    own = measured.get("w3-1000")
    return own and (f"{own['compile']:.3f} s", own["compile"] < 0.1)


def exponents_agree(measured):
    """Ours has standard errors in its second row."""
    own = measured.get("w5-lorenz")
    if not own or len(own["rows"]) < 2:
        return None
    values, deviations = own["rows"]
    off = max(
        abs(x - y) / max(s, 1e-12)
        for x, y, s in zip(values, errors.LORENZ_EXPONENTS, deviations)
    )
    total = abs(sum(values) - errors.LORENZ_SUM)
    return f"{off:.1f} standard errors, sum {total:.1e}", off <= 2.0 and total <= 1e-6


def collection(measured):
    own = measured.get("w7")
    if not own:
        return None
    told = f"{own['cpu']:.2f} s, {own['done']} done, {len(own['failed'])} failed"
    return told, own["cpu"] < 1.0 and not own["failed"]


LIMITS = [
    against("w1", "heyoka", 0.75, 2e-7),
    against("w1-12", "heyoka", 0.75, 1e-9),
    against("w1-cold", "heyoka", 0.4),
    against("w2", "heyoka", 0.7, 2e-6),
    ("w2", "two cores at least 1.85 times one", two_cores),
    against("w3-40", "heyoka", 0.5, 1e-4),
    against("w3-1000", "ivp", 1.2),
    ("w3-1000", "an error not above that of ivp", no_worse_than_ivp),
    ("w3-1000", "compile under 0.1 s", compiles_fast),
    against("w4-vdp", "best", 2.0, 1e-4),
    against("w4-robertson", "best", 2.0, 1e-4),
    against("w5-lorenz", "tsdynamics", 0.3),
    ("w5-lorenz", "within 2 standard errors, sum to 1e-6", exponents_agree),
    against("w5-lorenz96", "jitcode", 0.3),
    against("w6-lorenz", "native", 1.5),
    against("w6-lorenz96", "native", 1.5),
    ("w7", "under 1 s on one core", collection),
    against("w8-17", "tsdynamics", 0.25, 1e-7),
    against("w8-18", "tsdynamics", 0.25, 1e-7),
]
