"""Statuses of results as the command line prints them."""

from __future__ import annotations

from cnnlab.results.freshness import STATES, Status
from cnnlab.results.provenance import short
from cnnlab.results.schema import Result

MARKS = {"fresh": "✓", "verified": "✓", "stale": "!", "unverified": "?", "missing": "·"}


def print_statuses(statuses: list[Status]) -> None:
    """A line for each experiment: its state, how its result was made, and what to do; then how many there are of each
    state, and what it means.
    """
    rows, counts, kept = [["", "experiment", "state", "budget", "made with", ""]], dict.fromkeys(MARKS, 0), 0
    for each in statuses:
        counts[each.state] += 1
        budget, made = "–", "–"
        if each.result:
            budget, made = each.result.provenance.budget, short(each.result.provenance, "en")
            kept += folder_bytes(each.result)
        rows.append([MARKS[each.state], each.name, each.state, budget, made, advice(each)])
    print_table(rows)
    summary = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    print(f"\n{len(statuses)} experiments: {summary}; {kept / 1e6:.1f} MB are kept")
    print_table([[f"  {MARKS[state]} {state}", meaning] for state, meaning in STATES.items() if counts[state]])


def advice(status: Status) -> str:
    """The first reason why a result is not up to date, or what to do."""
    if not status.reasons:
        return ""
    if status.state == "missing":
        return status.remedy or ""
    more = len(status.reasons) - 1
    return status.reasons[0] + (f" (and {more} more: cnnlab why {status.name})" if more else "")


def print_reasons(status: Status) -> None:
    """All reasons for the state of a result, who made and verified it, and what to do."""
    print(f"{status.name} is {status.state}" + (":" if status.reasons else ""))
    for reason in status.reasons:
        print(f"  {reason}")
    if status.result:
        made = status.result.provenance
        spent = f"{made.seconds:.1f} s on {made.device_name}"
        print(f"computed on {made.date} at {made.commit or 'no commit'}: budget {made.budget}, {spent}")
        for attested in status.result.record.attestations:
            print(f"verified on {attested.date}: {attested.commit} equal to {attested.against} ({attested.outputs})")
    if status.remedy:
        print(f"to do: {status.remedy}")


def print_table(rows: list[list[str]]) -> None:
    """Columns as wide as their widest cell, but for the last; the first row is the header."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[-1]]).rstrip())


def folder_bytes(result: Result) -> int:
    """Size of what is kept of a result."""
    return sum(path.stat().st_size for path in result.record.folder.iterdir())
