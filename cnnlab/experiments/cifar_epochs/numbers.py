"""Numbers of `cifar_epochs` for prose and tables."""

from cnnlab.experiments.cifar_epochs.compute import CifarEpochs
from cnnlab.words import Quantity, decimal, integer, percent


def numbers(result: CifarEpochs) -> dict[str, Quantity]:
    """`pictures`, `compared`; `accuracy_<epoch>`; of each layer, by its place from 1, `layer_<place>_channels`,
    `layer_<place>_active`, `layer_<place>_cosine_<epoch>`, `layer_<place>_shared_<epoch>`.
    """
    out = {"pictures": integer(result.pictures), "compared": integer(result.options.compared)}
    for epoch, accuracy in zip(result.epochs, result.accuracies, strict=True):
        out[f"accuracy_{epoch}"] = percent(accuracy, 1)
    for place, layer in enumerate(result.layers, 1):
        out[f"layer_{place}_channels"], out[f"layer_{place}_active"] = integer(layer.channels), integer(layer.active)
        for epoch, cosine, shared in zip(result.epochs, layer.cosine, layer.shared, strict=True):
            out[f"layer_{place}_cosine_{epoch}"] = decimal(cosine, 2)
            out[f"layer_{place}_shared_{epoch}"] = percent(shared, 0)
    return out
