"""A run that keeps in memory what an experiment gives it."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from cnnlab import runtime
from cnnlab.results import registry


class Recorder:
    """The part of `cnnlab.results.Run` that experiments use."""

    device = "cpu"

    def __init__(self, folder):
        self.checkpoints, self.arrays, self.pictures, self.sources, self.files = folder, {}, {}, {}, {}
        self.variants = {}

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

    def variant(self, name):
        return self.variants.get(name, "official")

    def needed(self, name, file):
        return self.sources[name]


@pytest.fixture
def smoke(tmp_path):
    """Run an experiment with its smoke budget, or what `changes` make of it: its values, and what it kept.

    sources: where the data and weights lie; variants: which variant of them is not the official one.
    """

    def run(name, changes=None, variants=None, **sources):
        experiment, recorder = registry.get(name), Recorder(tmp_path)
        recorder.sources, recorder.variants = sources, variants or {}
        return experiment.function(replace(experiment.options_for("smoke"), **changes or {}), recorder), recorder

    return run


@pytest.fixture
def written():
    """The numbers of an experiment's result in the prose, were it kept: {key: (Spanish, English)}."""

    def write(name, result):
        vars(result)["_record"] = SimpleNamespace(provenance=SimpleNamespace(seconds=60.0, peak_memory_mb=900.0))
        return {key: (each.show("es"), each.show("en")) for key, each in registry.get(name).numbers(result).items()}

    return write
