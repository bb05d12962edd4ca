"""Experiments run on drawn data, with all that a run keeps in a folder of the test's."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from cnnlab import runtime
from cnnlab.catalog import Found
from cnnlab.results import registry
from cnnlab.results.run import Run


class DrawnRun(Run):
    """A run whose data, weights and large files of other experiments are given; what it keeps can be looked at."""

    def __init__(self, name: str, options, folder: Path, sources: dict[str, Path], variants: dict[str, str]):
        found = {each: Found(path, variants.get(each, "official"), "0" * 64) for each, path in sources.items()}
        staging = folder / "kept"
        staging.mkdir(exist_ok=True)
        device = runtime.Device("cpu", "a processor")
        super().__init__(name, "smoke", device, options, staging=staging, checkpoints=folder, found=found)
        self.pictures: dict = {}
        self.files: dict[str, Path] = {}

    @property
    def arrays(self) -> dict:
        return self._arrays

    def progress(self, iterable, label, total=None):
        return iter(iterable)

    def picture(self, name, image, quality=82, lossless=False):
        super().picture(name, image, quality, lossless)
        self.pictures[name] = image

    def keep(self, file, write):
        self.files[file] = self.checkpoints / file
        write(self.files[file])

    def needed(self, name, file):
        path = self._found[name].path
        return path / file if path.is_dir() else path


@pytest.fixture
def smoke(tmp_path):
    """Run an experiment with its smoke budget, or what `changes` make of it: its result, and the run.

    sources: where the data and weights lie; variants: which variant of them is not the official one.
    """

    def run(name, changes=None, variants=None, **sources):
        experiment = registry.get(name)
        options = replace(experiment.options_for("smoke"), **changes or {})
        drawn = DrawnRun(name, options, tmp_path, sources, variants or {})
        return experiment.function(options, drawn), drawn

    return run


@pytest.fixture
def written():
    """The numbers of an experiment's result in the prose, were it kept: {key: (Spanish, English)}; arrays, options: its
    own.
    """

    def write(name, result, arrays=None, options=None):
        provenance = SimpleNamespace(seconds=60.0, peak_memory_mb=900.0)
        vars(result)["_record"] = SimpleNamespace(provenance=provenance, arrays=arrays, options=options)
        return {key: (each.show("es"), each.show("en")) for key, each in registry.get(name).numbers(result).items()}

    return write


@pytest.fixture
def drawn_colours(tmp_path):
    """A tiny CIFAR-10 in the layout of the variant of all pictures: 8 training and 4 test pictures of each class."""
    from cnnlab.data.cifar10 import CLASS_NAMES

    folder, index = tmp_path / "colours", {}
    folder.mkdir()
    rng = np.random.default_rng(0)
    for split, count in (("train", 8), ("test", 4)):
        images = rng.integers(0, 60, (10 * count, 32, 32, 3), dtype=np.uint8)
        for label, name in enumerate(CLASS_NAMES):
            images[label * count : (label + 1) * count, 3 * label : 3 * label + 5, :, label % 3] += 180
            index[f"{split}_{name}"] = [f"{name}_{place:06d}.png" for place in range(count)]
        np.save(folder / f"{split}.npy", images)
    (folder / "index.json").write_text(json.dumps(index))
    return folder
