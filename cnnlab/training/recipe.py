"""Hyperparameters of training, as options of experiments. It imports no framework."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """Hyperparameters of `cnnlab.training.loop.train`.

    batch: examples in a batch. learning_rate: its maximum, of parameters whose multiplier is 1.
    learning_rate_multipliers: (prefix of a parameter's name, multiplier) pairs; the first that fits holds, and 0
    freezes. warmup: epochs in which the learning rate rises from near 0. smoothing: of the labels of classifiers, 0 to
    1. frozen_norms: batch normalisation keeps the means and variances that it came with. averaging: the decay by step
    of a moving average of the weights, 0 to below 1; the average is what is evaluated and returned; 0: none. workers:
    processes that load examples; their number does not affect results.
    """

    epochs: int
    batch: int = 32
    learning_rate: float = 1e-3
    learning_rate_multipliers: tuple[tuple[str, float], ...] = ()
    warmup: float = 2.0
    weight_decay: float = 0.05
    smoothing: float = 0.1
    frozen_norms: bool = False
    averaging: float = 0.0
    seed: int = 0
    workers: int = 1


@dataclass(frozen=True)
class SgdRecipe(Recipe):
    """The same for stochastic gradient descent. momentum: 0 to 1 (Nesterov's, as in Sutskever et al. 2013)."""

    momentum: float = 0.9


@dataclass(frozen=True)
class ConstantRecipe(Recipe):
    """The same with a learning rate that stays as it is, as in the courses' documents; warmup is not used.

    optimiser: a class of `torch.optim`, of which all else has torch's defaults: "Adagrad", "Adadelta", "Adam", "SGD".
    momentum: of SGD, 0 to below 1.
    """

    optimiser: str = "Adagrad"
    momentum: float = 0.0
