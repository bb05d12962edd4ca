"""Cats and dogs: a network from scratch, one fine-tuned, and one fine-tuned with augmentation.

Chapter: l5-transferencia.
"""

from dataclasses import dataclass

from cnnlab.experiments.transfer.options import (
    FINE,
    HELD_OUT,
    SCRATCH,
    SIDES,
    Alternative,
    TrainingOptions,
    alternatives,
    smaller,
)
from cnnlab.experiments.transfer.result import Trainings
from cnnlab.results import Run, experiment

TRAINED = alternatives(FINE, SCRATCH, SIDES["pets"])


@dataclass(frozen=True, kw_only=True)
class Options(TrainingOptions):
    alternatives: tuple[tuple[str, Alternative], ...] = TRAINED
    held_out: int = HELD_OUT["pets"]


@experiment(
    "transfer_pets",
    options=Options,
    result=Trainings,
    engine="torch",
    data=("catsdogs",),
    weights=("resnet50_keras",),
    smoke=dict(alternatives=smaller(TRAINED), held_out=2, seeds=(0,), per_class=4),
)
def transfer_pets(options: Options, run: Run) -> Trainings:
    """Interrupted, it goes on where it was.

    `cnnlab run transfer_pets`: near 0.98 fine-tuned. Two CPU cores: 30 minutes.
    """
    from cnnlab.experiments.transfer.photos import splits
    from cnnlab.experiments.transfer.training import trained_alternatives

    data = splits("pets", run.data("catsdogs"), options.held_out, options.per_class)
    return Trainings(variant=run.variant("catsdogs"), **trained_alternatives(data, options, run))
