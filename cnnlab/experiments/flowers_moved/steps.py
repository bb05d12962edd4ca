"""How far AdamW's steps can carry a weight: the unit in which its change is comparable from layer to layer."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.errors import OptionError
from cnnlab.experiments.flowers_finetuned.options import Options as FineTuning


@dataclass(frozen=True)
class Steps:
    """What the schedule of a training adds up to, of weights whose highest learning rate is `rate`.

    count: steps of the optimiser. straight: the sum of the rates of all steps, over `rate`: how far a weight moves, in
    rates, if every step has full size and one direction. wandering: the root of the sum of their squares, over `rate`:
    how far it moves if each step has a direction of its own. decay: the share by which weight decay shrinks a weight
    that receives no gradient.
    """

    rate: float
    count: int
    straight: float
    wandering: float
    decay: float


def steps_of(trained: FineTuning, photos: int) -> Steps:
    """The steps of a training with AdamW of so many photos, warm-up and half a cosine included.

    Adam divides the mean of the gradients by the root of their mean square, so that a step is at most about the rate,
    however large the gradients or the weight are (Kingma and Ba 2015, section 2.1). AdamW's decay at a step is the
    product of the rate and `weight_decay`: 1 − Π(1 − rate × decay) over the training.

    Raises: OptionError where the stages, but for the head, have several learning rates, or are frozen.
    """
    import numpy as np

    from cnnlab.training.loop import Batches, learning_rate_factor

    recipe, multipliers = trained.recipe, {factor for name, factor in trained.stages if name != "head"}
    if len(multipliers) != 1 or 0 in multipliers:
        raise OptionError(f"stages={trained.stages}", allowed="one learning rate for all but the head, not 0")
    rate, batches = recipe.learning_rate * multipliers.pop(), len(Batches(photos, recipe.batch, recipe.seed))
    rates = np.array([learning_rate_factor(step / batches, recipe) for step in range(batches * recipe.epochs)])
    return Steps(
        rate=rate,
        count=len(rates),
        straight=float(rates.sum()),
        wandering=float(np.sqrt(np.square(rates).sum())),
        decay=float(1 - np.prod(1 - rates * rate * recipe.weight_decay)),
    )
