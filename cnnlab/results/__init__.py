"""Results: computed once, kept in `figures/` with their provenance, and known to be up to date or why not."""

from cnnlab.results.freshness import UP_TO_DATE, Status, status
from cnnlab.results.produce import compute
from cnnlab.results.registry import experiment, names
from cnnlab.results.run import Run
from cnnlab.results.schema import Result, Timing
from cnnlab.results.store import load

__all__ = ["UP_TO_DATE", "Result", "Run", "Status", "Timing", "compute", "experiment", "load", "names", "status"]
