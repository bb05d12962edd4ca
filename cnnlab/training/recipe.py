"""Hyperparameters of training, as options of experiments. It imports no framework."""

import math
from dataclasses import dataclass

from cnnlab.errors import OptionError

OPTIMISERS = ("Adagrad", "Adadelta", "Adam", "SGD")  # of a ConstantRecipe
WHOLE = {"epochs": 0, "batch": 1, "seed": -math.inf, "workers": 0}  # the least of each
REAL = {"learning_rate": math.inf, "warmup": math.inf, "weight_decay": math.inf, "smoothing": 1}  # the most; from 0


@dataclass(frozen=True)
class Recipe:
    """Hyperparameters of `cnnlab.training.loop.train`.

    batch: examples in a batch. learning_rate: its maximum, of parameters whose multiplier is 1.
    learning_rate_multipliers: (prefix of a parameter's name, multiplier) pairs; the first that fits holds, and 0
    freezes. warmup: epochs in which the learning rate rises from near 0. smoothing: of the labels of classifiers, 0 to
    1. frozen_norms: batch normalisation keeps the means and variances that it came with. averaging: the decay by step
    of a moving average of the weights, 0 to below 1; the average is what is evaluated and returned; 0: none. workers:
    processes that load examples; their number does not affect results.

    Raises: OptionError for a value that is not allowed.
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

    def __post_init__(self):
        for name, least in WHOLE.items():
            value = getattr(self, name)
            if type(value) is not int or value < least:
                allowed = "a whole number" if least == -math.inf else f"a whole number from {least}"
                raise OptionError(f"{name}={value!r}", allowed=f"{allowed}, of Python's type int")
        for name, most in REAL.items():
            value = getattr(self, name)
            if not is_number(value) or value > most:
                raise OptionError(f"{name}={value!r}", allowed="a number from 0" + f" to {most}" * (most < math.inf))
        if not is_number(self.averaging) or self.averaging >= 1:
            raise OptionError(f"averaging={self.averaging!r}", allowed="0 to below 1, as 0.99; 0 is no average")
        momentum = getattr(self, "momentum", 0.0)  # of the recipes below
        if not is_number(momentum) or momentum >= 1:
            raise OptionError(f"momentum={momentum!r}", allowed="0 to below 1")
        for prefix, factor in self.learning_rate_multipliers:
            if not isinstance(prefix, str) or not is_number(factor):
                what = f"learning_rate_multipliers with {prefix!r}, {factor!r}"
                raise OptionError(what, allowed="(prefix of a parameter's name, number from 0) pairs")


@dataclass(frozen=True)
class SgdRecipe(Recipe):
    """The same for stochastic gradient descent. momentum: 0 to below 1 (Nesterov's, as in Sutskever et al. 2013)."""

    momentum: float = 0.9


@dataclass(frozen=True)
class ConstantRecipe(Recipe):
    """The same with a learning rate that stays as it is, as in the courses' documents; warmup is not used.

    optimiser: a class of `torch.optim`, of which all else has torch's defaults: "Adagrad", "Adadelta", "Adam", "SGD".
    momentum: of SGD, 0 to below 1. All parameters are trained alike.
    """

    optimiser: str = "Adagrad"
    momentum: float = 0.0

    def __post_init__(self):
        super().__post_init__()
        if self.optimiser not in OPTIMISERS:
            raise OptionError(f"optimiser={self.optimiser!r}", allowed=OPTIMISERS)
        if self.learning_rate_multipliers:
            what = f"learning_rate_multipliers={self.learning_rate_multipliers!r} of a ConstantRecipe"
            raise OptionError(what, allowed="()", remedy="take a Recipe or an SgdRecipe, or freeze with requires_grad_")


def is_number(value: object) -> bool:
    """Whether this is a finite number of Python's from 0."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf
