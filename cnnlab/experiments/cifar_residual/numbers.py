"""Numbers of `cifar_residual` for prose and tables."""

from cnnlab.experiments.cifar_alexnet.numbers import network_numbers as numbers

__all__ = ["numbers"]
