"""Maps of the layers of Simple CNN: the pixels, the first dense layer, the logits.

Chapter: l3-mnist.
"""

from dataclasses import dataclass

from cnnlab.experiments.layer_maps.result import LayerMaps, MapOptions
from cnnlab.results import Run, experiment


@dataclass(frozen=True, kw_only=True)
class Options(MapOptions):
    pass


@experiment(
    "mnist_maps",
    options=Options,
    result=LayerMaps,
    engine="torch",
    data=("mnist",),
    depends_on=("mnist_simple_cnn",),
    smoke=dict(pictures=20, seeds=(0,), perplexity=3.0, neighbours=3, held_out=20),
)
def mnist_maps(options: Options, run: Run) -> LayerMaps:
    """The network is that of the first seed of `mnist_simple_cnn`, after its last epoch.

    `cnnlab run mnist_maps`: k-NN is right for 92 % of the digits by their pixels and for 99 % by the logits.
    One CPU core: 6 minutes.
    """
    from cnnlab.data import mnist
    from cnnlab.experiments.layer_maps.maps import map_fields
    from cnnlab.experiments.small_classifiers.laboratory import WEIGHTS
    from cnnlab.models.simple_cnn import LAST, MIDDLE, SimpleCNN
    from cnnlab.models.weights_torch import load

    network = load(SimpleCNN(), run.needed("mnist_simple_cnn", WEIGHTS))
    data = mnist.splits(run.data("mnist"), options.held_out)
    return LayerMaps(**map_fields(network, (MIDDLE, LAST), data, options, run))
