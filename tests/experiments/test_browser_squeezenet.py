"""The weights of SqueezeNet for the browser. Chapter: l8-su-foto."""

import json

import numpy as np
import pytest
from PIL import Image

from cnnlab import results
from cnnlab.experiments.browser_squeezenet import figures, weights_file
from cnnlab.words import Words

MOST = 2_500_000  # bytes of the file that the page loads


def read_back(text):
    """Digits, steps and biases of a file, by the letters of its text."""
    held = json.loads(text.removeprefix("squeezenetLoaded(").removesuffix(");\n"), strict=False)
    digits = np.array([weights_file.DIGITS.index(letter) for letter in held["text"][-400:]])
    return held, digits


def test_the_digits_stand_for_themselves_in_a_text_of_javascript():
    assert weights_file.BASE == len(set(weights_file.DIGITS)) == 123
    assert not set(weights_file.DIGITS) & {"\0", "\n", "\r", '"', "\\"}
    assert max(weights_file.DIGITS) < "\x80"
    digits = weights_file.digits_of(np.array([0, 122, 123, 15128]), 2)
    assert digits.tolist() == [[0, 0], [0, 122], [1, 0], [122, 122]]


def test_the_file_holds_weights_steps_and_biases():
    digits, steps, biases = np.array([[1, 2], [122, 0]]), np.array([0.5, 0.25]), np.array([-2.0, 1.0])
    held, last = read_back(weights_file.script(digits, steps, biases))
    assert len(held["text"]) == 2 * 2 + 4 * (2 + 2) and (held["steps"], held["biases"]) == (0.5, 2.0)
    assert last[:4].tolist() == [1, 2, 122, 0]
    fine = last[4:].reshape(4, 4) @ weights_file.BASE ** np.arange(3, -1, -1)
    assert fine / weights_file.FINE == pytest.approx([1, 0.5, 0, 1.5])


@pytest.mark.torch
def test_the_step_is_the_largest_weight_and_the_biases_take_up_the_mean():
    import torch
    from torch import nn

    from cnnlab.experiments.browser_squeezenet.quantising import in_steps, quantise

    whole, steps = in_steps(torch.tensor([[[[0.5, -1.0]]], [[[0.0, 0.0]]]]), 4)
    assert whole.tolist() == [[2, -4], [0, 0]] and steps[0] == 0.25
    torch.manual_seed(0)
    photos = torch.rand(4, 3, 9, 9)
    network = nn.Sequential(nn.Conv2d(3, 5, 3, stride=2, padding=1))
    expected, before = network(photos).mean((0, 2, 3)), network.state_dict()
    before = {name: values.clone() for name, values in before.items()}
    errors = []
    for chosen in (None, photos):
        network.load_state_dict(before)
        quantise(network, 3, chosen)
        errors.append((network(photos).mean((0, 2, 3)) - expected).abs().max().item())
    assert errors[1] < 1e-6 < errors[0]


@pytest.mark.torch
def test_every_part_of_the_result(smoke, weights, tmp_path):
    import torch

    from cnnlab.models.pretrained import squeezenet1_1
    from cnnlab.models.weights_torch import save

    network, file = squeezenet1_1(), tmp_path / "squeezenet.safetensors"
    network.classifier[1].bias.data = torch.linspace(-1, 1, 1000)
    save(network, file)
    chance = np.random.default_rng(0)
    for split in ("train", "val"):
        for insect in ("ants", "bees"):
            folder = tmp_path / "photos" / split / insect
            folder.mkdir(parents=True)
            Image.fromarray(chance.integers(0, 256, (70, 80, 3), dtype=np.uint8)).save(folder / "0.jpg")
    result, run = smoke("browser_squeezenet", hymenoptera=tmp_path / "photos", **weights | {"squeezenet1_1": file})
    assert (result.weights, result.biases, result.layers, result.judged) == (1_231_552, 3944, 26, 2)
    assert [form.name for form in result.forms] == ["eight_bits", "half", "digits", "shifted"]
    eight, half, digits, shifted = result.forms
    assert eight.difference > digits.difference and eight.typical > half.typical > 0
    assert digits.size == pytest.approx(shifted.size, abs=40) and shifted.size <= MOST
    assert run.arrays["occlusion"].shape == (2, 2)
    assert run.arrays["occlusion"].min() == pytest.approx(result.least)
    assert [run.arrays[f"maps_{layer}"].shape[1] for layer in (1, 7, 12)] == [111, 27, 13]


def test_the_kept_result_is_close_to_single_precision_and_small():
    result = results.load("browser_squeezenet")
    eight, half, digits, shifted = result.forms
    assert shifted.median < 0.01 < shifted.difference < digits.difference < half.difference < eight.difference
    assert shifted.equal == result.judged
    text = figures.weights_script(result)
    assert len(text.encode("ascii")) == shifted.size <= MOST


@pytest.mark.torch
def test_the_kept_weights_give_the_three_photos_the_logits_of_single_precision():
    from cnnlab.experiments.browser_squeezenet.compute import logits_of, normalised
    from cnnlab.experiments.browser_squeezenet.quantising import kept_network

    result = results.load("browser_squeezenet")
    photos = [Image.open(result.picture(photo.name)).convert("RGB") for photo in result.photos]
    found = logits_of(kept_network(result), normalised(photos))
    assert np.abs(found - result.arrays["logits"]).max() < 0.01


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_page_has_all_that_its_scripts_read(lang):
    data = figures.page_data(results.load("browser_squeezenet"), Words(lang))
    assert len(data["names"]) == 1000 and all(len(each["logits"]) == 1000 for each in data["examples"])
    script = figures.PAGE.read_text(encoding="utf-8")
    assert all(f"words.{key}" in script for key in data["words"])
    assert len(json.dumps(data)) < 200_000


def test_the_forward_pass_is_short():
    lines = [(figures.FOLDER / name).read_text(encoding="utf-8").splitlines() for name in figures.WORKERS]
    assert sum(map(len, lines)) <= 400
    printed = (figures.FOLDER / "convolution.js").read_text(encoding="utf-8").splitlines()
    assert max(map(len, printed)) <= 75  # a chapter prints it
