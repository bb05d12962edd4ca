"""Maps of the layers of AlexNet: the pixels, the last maps of its convolutions, the logits.

Chapter: l4-cifar.
"""

from dataclasses import dataclass

from cnnlab.experiments.layer_maps.result import LayerMaps, MapOptions
from cnnlab.results import Run, experiment


@dataclass(frozen=True, kw_only=True)
class Options(MapOptions):
    pass


@experiment(
    "cifar_maps",
    options=Options,
    result=LayerMaps,
    engine="torch",
    data=("cifar10",),
    depends_on=("cifar_alexnet",),
    smoke=dict(pictures=20, seeds=(0,), perplexity=3.0, neighbours=3, held_out=40),
)
def cifar_maps(options: Options, run: Run) -> LayerMaps:
    """The network is that of the first seed of `cifar_alexnet`, after its last epoch.

    `cnnlab run cifar_maps`: k-NN is right for 30 % of the pictures by their pixels and for 70 % by the logits.
    One CPU core: 6 minutes.
    """
    from cnnlab.data import cifar10
    from cnnlab.experiments.layer_maps.maps import map_fields
    from cnnlab.experiments.small_classifiers.laboratory import WEIGHTS
    from cnnlab.models.alexnet_cifar import LAST, MIDDLE, AlexNetCifar
    from cnnlab.models.weights_torch import load

    network = load(AlexNetCifar(), run.needed("cifar_alexnet", WEIGHTS))
    data = cifar10.splits(run.data("cifar10"), options.held_out)
    return LayerMaps(**map_fields(network, (MIDDLE, LAST), data, options, run))
