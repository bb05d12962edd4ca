"""Kept results: what an experiment computed, whether it still holds, and where it came from.

`experiment` declares one, `load` reads what is kept, `results` computes where it can, `status` and `why` tell what changed.
"""
from cnnlab.results import code
from cnnlab.results.experiment import Experiment, Run, compute, compute_apart, experiment, find, names
from cnnlab.results.freshness import Status, digest, status, why
from cnnlab.results.store import Result, load, results

__all__ = ["Experiment", "Result", "Run", "Status", "code", "compute", "compute_apart", "digest", "experiment", "find", "load", "names", "results", "status", "why"]
