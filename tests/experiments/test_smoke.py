"""The smoke budget of every experiment: there is a test of it, and it passes through what the published budget does."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cnnlab import paths
from cnnlab.results import definitions, registry, sources
from cnnlab.training.recipe import ConstantRecipe

HERE = Path(__file__).parent
OTHER_FILES = "reads another variant of the data or weights than this machine has; tested on drawn files"
OTHER_IMAGES = "converts images of forms that the experiments do not pass; tested beside it"
OTHER_METHOD = "a method of a class of which the experiment uses another"
OTHERS_CODE = "tells transforms and networks that are defined outside of the package; tested beside it"
WRONG_ARGUMENT = "makes the error of a wrong argument; tested beside it"
NO_TEST_PHOTOS = "measures after each epoch in the test photos, of which this training gets none"
OTHER_SET = "reads the set of photos that another experiment takes"
RENDERING = "a method of a result's type, or called by one: it is computed when the report is rendered"
NOT_ENTERED = {  # "[experiment] function": why no smoke run here enters a function that the key of its result holds
    "cnnlab.data.cifar10:ArrayUnpickler": OTHER_FILES,
    "cnnlab.data.cifar10:check_batch": OTHER_FILES,
    "cnnlab.data.cifar10:is_label": OTHER_FILES,
    "cnnlab.data.cifar10:mosaics": OTHER_FILES,
    "cnnlab.data.cifar10:official": OTHER_FILES,
    "cnnlab.data.cifar10:packed": OTHER_FILES,
    "cnnlab.data.flowers:official": OTHER_FILES,
    "cnnlab.data.hymenoptera:zipped": OTHER_FILES,
    "cnnlab.data.raccoons:listed": OTHER_FILES,
    "cnnlab.data.raccoons:table": OTHER_FILES,
    "cnnlab.models.faster_rcnn:renamed": OTHER_FILES,
    "cnnlab.models.faster_rcnn:with_coco_weights": OTHER_FILES,
    "cnnlab.models.weights_keras:_load_h5": OTHER_FILES,
    "cnnlab.models.weights_keras:_check_layers": OTHER_FILES,
    "cnnlab.models.weights_torch:read_h5": OTHER_FILES,
    "cnnlab.data.images:broken": OTHER_IMAGES,
    "cnnlab.data.images:eight_bits": OTHER_IMAGES,
    "cnnlab.data.images:of_array": OTHER_IMAGES,
    "cnnlab.data.scale_jitter:side_by_side": "an option of the photos that raccoons enters",
    "cnnlab.data.images:grey_levels": OTHER_IMAGES,
    "cnnlab.data.images:of_file": OTHER_IMAGES,
    "cnnlab.data.images:pictures_of": OTHER_IMAGES,
    "raccoons_choices cnnlab.training.detector:metrics": NO_TEST_PHOTOS,
    "anchor_targets cnnlab.models.faster_rcnn:in_float32": "a hook of a network whose maps are not computed",
    "suppression cnnlab.models.yolox:suppressed": "what follows the candidates that it keeps; found_coco enters it",
    "suppression cnnlab.evaluation.matching:as_groups": RENDERING,
    "suppression cnnlab.evaluation.matching:finite": RENDERING,
    "suppression cnnlab.evaluation.matching:match": RENDERING,
    "suppression cnnlab.evaluation.matching:padded": RENDERING,
    "suppression cnnlab.evaluation.matching:rank": RENDERING,
    "suppression cnnlab.experiments.suppression.survivors:survivors": RENDERING,
    "raccoons cnnlab.experiments.raccoons.matched_epochs:MatchedEpochs": RENDERING,
    "cnnlab.data.folders:shape_text": WRONG_ARGUMENT,
    "cnnlab.detection.inference:no_detector": WRONG_ARGUMENT,
    "cnnlab.interpret.gradient_maps:no_modules": WRONG_ARGUMENT,
    **{
        f"{name} cnnlab.interpret.arguments:numbers": "checks the size to which a photo is brought; these have theirs"
        for name in ("inside_layers", "occlusion_maps")
    },
    "flowers_finetuned cnnlab.models.heads:without_head": "the other head, an option; tested on drawn flowers",
    **{f"cnnlab.training.identity:{name}": OTHERS_CODE for name in ("methods", "named", "names_in")},
    "drawn_classes cnnlab.training.identity:named_by": "it trains on what is drawn, without functions of its own",
    "channels cnnlab.data.labelled:first_of_each_class": OTHER_METHOD,
    "channels_beyond cnnlab.data.labelled:first_of_each_class": OTHER_METHOD,
    "cnnlab.training.checkpoint:not_finite": "looks at a network's weights; images that are optimised have none",
    "cnnlab.training.loop:diverged": "makes the error of a training whose numbers are not finite; tested beside it",
    "cnnlab.training.loop:moving_average": "an option of recipes that few have; raccoons_yolox enters it",
    **{
        f"{name} {each}": "of recipes whose learning rate changes"
        for name in registry.names()
        if isinstance(getattr(registry.get(name).options_for("smoke"), "recipe", None), ConstantRecipe)
        for each in ("cnnlab.training.loop:learning_rate_factor", "cnnlab.training.loop:groups")
    },
    **{
        f"{name} cnnlab.data.labelled:first_of_each_class": OTHER_METHOD
        for name in ("map_truth_digits", *(each for each in registry.names() if each.startswith(("cifar_", "mnist_"))))
    },
    "inside_layers cnnlab.data.imagenet:photo": "reads a photo of scikit-image; its photo is one of COCO's",
    "map_truth_digits cnnlab.models.pretrained:normalise": "the default of an argument that is another for digits",
    **{
        f"{name} cnnlab.evaluation.intervals:checked_statistic": "an option of intervals; these are of means"
        for name in ("map_truth", "photo_neighbours")
    },
    **{
        f"fashion_{name} {each}": OTHER_METHOD
        for name in ("cnn", "mlp", "better", "variants", "data")
        for each in ("cnnlab.data.labelled:first_of_each_class", "cnnlab.data.pixels:Pixel")
    },
    "fashion_variants cnnlab.experiments.small_classifiers.options:SmallOptions": "the type of others' options",
    "transfer_insects cnnlab.data.catsdogs:load": OTHER_SET,
    **{
        f"transfer_{name} cnnlab.data.hymenoptera:{each}": OTHER_SET
        for name in ("pets", "sizes")
        for each in ("load", "unpacked")
    },
    **{f"transfer_{name} cnnlab.experiments.transfer.result:Share": RENDERING for name in ("printed", "sizes")},
    **{
        f"transfer_{name} cnnlab.evaluation.classification:{each}": RENDERING
        for name in ("features", "printed", "sizes")
        for each in ("wilson", "as_float")
    },
    "cnnlab.experiments.transfer.result:Trainings": RENDERING,
    "cnnlab.experiments.transfer_features.result:TransferFeatures": RENDERING,
    "cnnlab.experiments.transfer_heads.compute:TransferHeads": RENDERING,
    "cnnlab.experiments.transfer_sizes.compute:TransferSizes": RENDERING,
    "cnnlab.experiments.small_classifiers.result:SeedRun": RENDERING,
    "cnnlab.experiments.small_classifiers.result:SmallClassifier": RENDERING,
    "cnnlab.training.recipe:ConstantRecipe": "the loop asks whether a recipe is one; those of few experiments are",
    "cnnlab.training.loop:named_optimiser": "of recipes whose learning rate stays as it is, which few experiments have",
    "cnnlab.runtime:seed": "part of every key; an experiment without random draws does not call it",
}


def test_every_experiment_has_a_smoke_test():
    text = "\n".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py"))
    tested = set(re.findall(r'smoke\(\s*"(\w+)"', text))
    assert set(registry.names()) - tested == set()


def functions(keys) -> set[str]:
    """Those of some definitions that are functions, or classes with functions of their own."""
    found = set()
    for key in keys:
        module, _, name = key.partition(":")
        path = sources.module_path(module, sources.SOURCES)
        tree = ast.parse(path.read_bytes()) if path else ast.Module([])
        for node in tree.body:
            inside = node.body if isinstance(node, ast.ClassDef) else [node]
            if getattr(node, "name", None) == name and any(isinstance(each, ast.FunctionDef) for each in inside):
                found.add(key)
    return found


def with_its_data(name: str):
    """An experiment as a parameter; a machine without its data, or those of an experiment that it reads, skips it."""
    needed = {data for each in (*registry.get(name).depends_on, name) for data in registry.get(each).data}
    return pytest.param(name, marks=pytest.mark.data(*sorted(needed)))


@pytest.mark.slow
@pytest.mark.torch
@pytest.mark.keras
@pytest.mark.parametrize("name", [with_its_data(each) for each in registry.names()])
def test_the_smoke_budget_enters_every_function_that_can_change_the_result(name, tmp_path, monkeypatch):
    """What the published budget passes through is a part of the definitions in the result's key."""
    monkeypatch.chdir(paths.project_root(HERE))
    path = tmp_path / "entered.txt"
    environment = os.environ | {"PYTHONPATH": str(sources.SOURCES)}
    for each in (*registry.get(name).depends_on, name):
        command = [sys.executable, str(HERE / "entered.py"), str(path), "run", each, "--budget", "smoke"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
    entered = set(path.read_text(encoding="utf-8").split())
    expected = functions(definitions.experiment_definitions(registry.get(name)))
    missed = {each for each in expected - entered if not {each, f"{name} {each}"} & NOT_ENTERED.keys()}
    assert missed == set()
