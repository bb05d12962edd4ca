"""A run that keeps in memory what an experiment gives it, and random weights in the catalogue's forms."""

from dataclasses import replace

import numpy as np
import pytest

from cnnlab import runtime
from cnnlab.results import registry, store


class Recorder:
    """The part of `cnnlab.results.Run` that experiments use."""

    device = "cpu"

    def __init__(self, folder):
        self.checkpoints, self.arrays, self.pictures, self.sources, self.files = folder, {}, {}, {}, {}

    def seed(self, number):
        runtime.seed(number)

    def progress(self, iterable, label, total=None):
        return iter(iterable)

    def array(self, name, values):
        self.arrays[name] = np.asarray(values)

    def picture(self, name, image, quality=82, lossless=False):
        self.pictures[name] = image

    def keep(self, file, write):
        self.files[file] = self.checkpoints / file
        write(self.files[file])

    def weights(self, name):
        return self.sources[name]

    data = weights

    def needed(self, name, file):
        return self.sources[name]


@pytest.fixture
def smoke(tmp_path):
    """Run an experiment with its smoke budget, or what `changes` make of it: its values, and what it kept."""

    def run(name, changes=None, **sources):
        experiment, recorder = registry.get(name), Recorder(tmp_path)
        recorder.sources = sources
        return experiment.function(replace(experiment.options_for("smoke"), **changes or {}), recorder), recorder

    return run


@pytest.fixture
def written():
    """What prose may say of an experiment's values, were they kept: {key: (Spanish, English)}."""

    def write(name, values):
        result = store.recorded({**store.plain(values, name), "provenance": {"seconds": 60.0, "peak_memory_mb": 900.0}})
        return {key: (each.show("es"), each.show("en")) for key, each in registry.get(name).numbers(result).items()}

    return write


@pytest.fixture(scope="session")
def weights(tmp_path_factory):
    """Random weights in the form that the catalogue has them."""
    import torch
    from safetensors.torch import save_file

    from cnnlab.nets.pretrained import resnet50, save, squeezenet1_1

    folder = tmp_path_factory.mktemp("weights")
    files = {name: folder / f"{name}.safetensors" for name in ("resnet50_keras", "squeezenet1_1")}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        save_file(keras_named(resnet50()), files["resnet50_keras"])
        save(squeezenet1_1(), files["squeezenet1_1"])
    return files


def keras_named(network):
    """The weights of torchvision's module under the names, and in the layout, of Keras's file."""
    from cnnlab.nets.pretrained import VARIABLES, torch_name

    stages = {"conv1": 0, **{f"conv{s}": blocks for s, blocks in zip((2, 3, 4, 5), (3, 4, 6, 3), strict=True)}}
    layers = ["conv1_conv", "conv1_bn"]
    for stage, blocks in stages.items():
        for block in range(1, blocks + 1):
            places = (0, 1, 2, 3) if block == 1 else (1, 2, 3)
            layers += [f"{stage}_block{block}_{place}_{kind}" for place in places for kind in ("conv", "bn")]
    state, out = network.state_dict(), {}
    for layer in layers:
        name = torch_name(layer)
        if layer.endswith("conv"):
            out[f"{layer}/kernel"] = state[f"{name}.weight"].permute(2, 3, 1, 0).contiguous()
        else:
            out |= {f"{layer}/{theirs}": state[f"{name}.{ours}"].clone() for theirs, ours in VARIABLES.items()}
    out["predictions/kernel"] = state["fc.weight"].T.contiguous()
    return {**out, "predictions/bias": state["fc.bias"]}
