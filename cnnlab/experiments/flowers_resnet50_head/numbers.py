"""Numbers of `flowers_resnet50_head` for prose and tables."""

from cnnlab.experiments.flower_classifiers.numbers import numbers

__all__ = ["numbers"]
