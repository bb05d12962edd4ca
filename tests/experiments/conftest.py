"""A run that keeps in memory what an experiment gives it."""

import numpy as np
import pytest

from cnnlab import runtime
from cnnlab.results import registry


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


@pytest.fixture
def smoke(tmp_path):
    """Run an experiment with its smoke budget: its values, and what it kept."""

    def run(name, **sources):
        experiment, recorder = registry.get(name), Recorder(tmp_path)
        recorder.sources = sources
        return experiment.function(experiment.options_for("smoke"), recorder), recorder

    return run
