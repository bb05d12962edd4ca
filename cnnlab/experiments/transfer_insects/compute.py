"""Ants and bees: a network from scratch, one fine-tuned, and one fine-tuned with augmentation.

Chapter: l5-transferencia.
"""

from dataclasses import dataclass, replace

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

TRAINED = alternatives(replace(FINE, epochs=10), replace(SCRATCH, epochs=60), SIDES["insects"])


@dataclass(frozen=True, kw_only=True)
class Options(TrainingOptions):
    alternatives: tuple[tuple[str, Alternative], ...] = TRAINED
    held_out: int = HELD_OUT["insects"]


@experiment(
    "transfer_insects",
    options=Options,
    result=Trainings,
    engine="torch",
    data=("hymenoptera",),
    weights=("resnet50_keras",),
    smoke=dict(alternatives=smaller(TRAINED), held_out=2, seeds=(0,), per_class=4),
)
def transfer_insects(options: Options, run: Run) -> Trainings:
    """Interrupted, it goes on where it was.

    `cnnlab run transfer_insects`: near 0.95 fine-tuned. Two CPU cores: 20 minutes.
    """
    from cnnlab.experiments.transfer.photos import splits
    from cnnlab.experiments.transfer.training import trained_alternatives

    data = splits("insects", run.data("hymenoptera"), options.held_out, options.per_class)
    return Trainings(variant=run.variant("hymenoptera"), **trained_alternatives(data, options, run))
