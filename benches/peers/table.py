"""Prints what was measured, and which limits are kept."""

from limits import LIMITS, Measured


def duration(seconds):
    """Three digits and a unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def columns(rows, right=()):
    """Text in columns as wide as their widest cell."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.rjust(width) if k in right else cell.ljust(width)
            for k, (cell, width) in enumerate(zip(row, widths))
        ]
        print("  ".join(cells).rstrip())


def comparison(workload, rows):
    """The table of one workload, fastest first."""
    print(f"\n{workload.name}: {workload.title}")
    well = sorted((row for row in rows if not row.get("failure")), key=lambda row: row["cpu"])
    own = next((row for row in well if row["peer"] == "takens"), None)
    lines = [("", "cpu", "+-", "wall", "x ours", "compile", "error", "runs", "how")]
    for row in well:
        lines.append(
            (
                row["peer"],
                duration(row["cpu"]),
                f"{100 * row['spread']:.0f} %",
                duration(row["wall"]),
                f"{row['cpu'] / own['cpu']:.2f}" if own else "",
                duration(row["compile"]) if row["compile"] is not None else "",
                f"{row['error']:.1e}" if row["error"] is not None else "",
                str(row["runs"]),
                row["how"],
            )
        )
    columns(lines, right=range(1, 8))
    for row in rows:
        if row.get("failure"):
            print(f"{row['peer']}: {row['failure']}")


def verdicts(rows):
    """The limits, each met or not."""
    measured = Measured(rows)
    lines = [("", "limit", "measured", "")]
    for workload, wanted, check in LIMITS:
        found = check(measured)
        told, met = found if found else ("not measured", None)
        word = {True: "met", False: "NOT MET", None: ""}[met]
        lines.append((workload, wanted, told, word))
    print("\nLimits (processor time, ours by theirs, medians)")
    columns(lines)
