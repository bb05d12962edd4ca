"""Numbers of `cifar_maps` for prose and tables."""

from cnnlab.experiments.layer_maps.numbers import numbers

__all__ = ["numbers"]
