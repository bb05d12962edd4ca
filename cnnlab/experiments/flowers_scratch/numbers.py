"""Numbers of `flowers_scratch` for prose and tables."""

from cnnlab.experiments.flower_classifiers.numbers import numbers

__all__ = ["numbers"]
