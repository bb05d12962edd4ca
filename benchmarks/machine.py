"""What the benchmarks share: what they say of the machine, and how they compare two ways of doing the same."""

import importlib.metadata
import os
import platform
import statistics
from collections.abc import Callable

from cnnlab.runtime import processor


def about_machine(packages: tuple[str, ...]) -> dict:
    return {
        "machine": f"{platform.system()}, {processor()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in packages},
    }


def in_turns(ways: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each way in each round; they take turns, and the first round, which warms up, does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            spent = way()
            if turn:
                seconds[name].append(spent)
    return seconds


def compared(slow: list[float], fast: list[float]) -> dict[str, float]:
    """How many times as long the first takes as the second, round by round: median, least, most."""
    ratios = [one / other for one, other in zip(slow, fast, strict=True)]
    return {name: round(of(ratios), 3) for name, of in (("median", statistics.median), ("least", min), ("most", max))}
