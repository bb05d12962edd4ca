"""What the benchmarks share: their options, what they say of the machine, how they compare two ways, what they keep."""

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
from collections.abc import Callable
from pathlib import Path

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


def rounded(seconds: dict[str, list[float]]) -> dict[str, list[float]]:
    """Seconds as they are kept."""
    return {name: [round(each, 3) for each in spent] for name, spent in seconds.items()}


def print_rates(count: int, unit: str, seconds: dict[str, list[float]], ratio: dict[str, float], where: str) -> None:
    """A row a loop: `count` of a unit by second, median, least and most; then the ratio. where: device, precision."""
    print(f"{'loop':10}{unit:>10}{'least':>8}{'most':>8}   ({where})")
    for name, spent in seconds.items():
        rates = [count / each for each in spent]
        print(f"{name:10}{statistics.median(rates):10.1f}{min(rates):8.1f}{max(rates):8.1f}")
    print(f"ratio {ratio['median']:.2f} ({ratio['least']:.2f} to {ratio['most']:.2f})")


def asked(about: str, *options: tuple[str, int, str]) -> argparse.Namespace:
    """The numbers of the command line: a name, a default and what it is of each; `about` begins with what is timed."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    for name, value, what in options:
        parser.add_argument(f"--{name}", type=int, default=value, help=f"{what} (default {value})")
    return parser.parse_args()


def write(benchmark: str, record: dict) -> None:
    """Keep a record beside the benchmark that made it, a file of the same name that ends in .json."""
    Path(benchmark).with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
