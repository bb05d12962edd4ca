"""Numbers of `fashion_mlp` for prose and tables."""

from cnnlab.experiments.small_classifiers.numbers import numbers

__all__ = ["numbers"]
