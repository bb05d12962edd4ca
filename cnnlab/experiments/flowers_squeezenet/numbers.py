"""Numbers of `flowers_squeezenet` for prose and tables."""

from cnnlab.experiments.flower_classifiers.numbers import numbers

__all__ = ["numbers"]
