"""Results: computed once, kept in `figures/` with their provenance, and known to be fresh or stale and why."""

from cnnlab.results import code
from cnnlab.results.freshness import Status, status, why
from cnnlab.results.produce import compute, results
from cnnlab.results.registry import experiment, names
from cnnlab.results.run import Run
from cnnlab.results.schema import Result, Timing
from cnnlab.results.store import digest, load

__all__ = [
    "Result",
    "Run",
    "Status",
    "Timing",
    "code",
    "compute",
    "digest",
    "experiment",
    "load",
    "names",
    "results",
    "status",
    "why",
]
