"""Numbers of `fashion_cnn` for prose and tables."""

from cnnlab.experiments.small_classifiers.numbers import numbers

__all__ = ["numbers"]
