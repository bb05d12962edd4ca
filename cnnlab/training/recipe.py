"""How a network is trained, as options of experiments: it imports no framework."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    rate: the highest learning rate, of parameters whose factor is 1. factors: (beginning of a parameter's name, factor)
    pairs; the first that fits holds, and 0 freezes. warmup: epochs in which the rate rises from near 0. frozen_norms:
    batch normalisation keeps the means and variances that it came with. smoothing: of the labels of classifiers.
    """

    epochs: int
    batch: int = 32
    rate: float = 1e-3
    factors: tuple[tuple[str, float], ...] = ()
    warmup: float = 2.0
    weight_decay: float = 0.05
    smoothing: float = 0.1
    frozen_norms: bool = False
    seed: int = 0
    workers: int = 1
