"""AlexNet's layers by Lucent's names, and what the handout prints and says of them (row A7)."""

from dataclasses import dataclass

from cnnlab.results import Run, experiment

PRINTED = (  # by the handout, misprints included
    *("features", "features_0", "features_1", "features_2", "features_3", "features_5", "features_5", "features_6"),
    *("features_7", "features_8", "features_9", "features_10", "features_11", "features_12", "avgpool"),
    *("classifier", *(f"classifier_{at}" for at in range(7))),
)
SAID = ("features_1", "features_4", "features_7", "features_9", "features_11")  # to be the convolutions after ReLU


@dataclass(frozen=True)
class Options:
    side: int = 224
    seed: int = 0  # of the random weights: names and sizes do not depend on them


@experiment("alexnet_layers", options=Options, engine="torch", smoke=dict(side=128))
def alexnet_layers(options: Options, run: Run) -> dict:
    """For each layer its name, kind, size for one photo, and the name that the handout prints in its place.

    `in_place` tells of each convolution whether a hook on it, as Lucent sets, ends with what its ReLU gives.

    `cnnlab run alexnet_layers`: a second.
    """
    import torch
    from torchvision.models import alexnet

    from cnnlab.interpret.feature_visualisation import layer_names

    run.seed(options.seed)
    network, seen = alexnet(weights=None).eval(), {}

    def keep(name):
        return lambda _layer, _inputs, output: seen.setdefault(name, output)

    modules = {name.replace(".", "_"): module for name, module in network.named_modules() if name}
    for name, module in modules.items():
        module.register_forward_hook(keep(name))
    with torch.inference_mode():
        network(torch.rand(1, 3, options.side, options.side))
    names = layer_names(network)
    kinds = [type(modules[name]).__name__ for name in names]
    pairs = [(names[at - 1], names[at]) for at in range(1, len(names)) if kinds[at - 1 : at + 1] == ["Conv2d", "ReLU"]]
    return {
        "layers": [
            {"name": name, "kind": kind, "size": list(seen[name].shape[1:]), "printed": printed}
            for name, kind, printed in zip(names, kinds, PRINTED, strict=True)
        ],
        "features": len(network.features),
        "rectified": [relu for _, relu in pairs],
        "said": list(SAID),
        "in_place": [
            {"convolution": one, "relu": two, "same": bool(torch.equal(seen[one], seen[two]))} for one, two in pairs
        ],
    }
