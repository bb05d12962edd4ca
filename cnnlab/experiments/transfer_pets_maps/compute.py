"""Maps of the test photos of cats and dogs: by a network from scratch, a frozen one, and two that were fine-tuned.

Chapter: l5-transferencia.
"""

from dataclasses import dataclass

from cnnlab.experiments.transfer.map_result import MapOptions, TransferMaps
from cnnlab.results import Run, experiment


@dataclass(frozen=True, kw_only=True)
class Options(MapOptions):
    pass


@experiment(
    "transfer_pets_maps",
    options=Options,
    result=TransferMaps,
    engine="torch",
    depends_on=("transfer_features", "transfer_pets"),
    smoke=dict(seeds=(0,), perplexity=2.0, neighbours=2, shuffles=2),
)
def transfer_pets_maps(options: Options, run: Run) -> TransferMaps:
    """The networks that were trained are those of the first seed.

    `cnnlab run transfer_pets_maps`, after the two others. One CPU core: a minute.
    """
    from cnnlab.experiments.transfer.map_files import hidden_features
    from cnnlab.experiments.transfer.maps import map_fields

    features, labels = hidden_features("pets", run)
    return TransferMaps(**map_fields(features, labels, ("cat", "dog"), options, run))
