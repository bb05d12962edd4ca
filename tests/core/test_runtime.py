"""Devices and seeds."""

import random
import sys

import numpy
import pytest

from cnnlab import runtime
from cnnlab.errors import EngineError, OptionError


def test_without_an_engine_the_device_is_the_processor():
    device = runtime.start(None)
    assert device.kind == "cpu"
    assert device.name


def test_an_unknown_engine_is_refused():
    with pytest.raises(OptionError, match="engine 'jax'"):
        runtime.start("jax")


def test_an_engine_that_does_not_load_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(EngineError, match="-m pip install -r requirements.txt -c constraints.txt"):
        runtime.start("torch")


def test_a_seed_gives_the_same_numbers_again():
    def draw():
        runtime.seed(3)
        return random.random(), numpy.random.rand()

    assert draw() == draw()


@pytest.mark.torch
def test_torch_starts_and_is_seeded():
    device = runtime.start("torch")
    assert device.kind in ("cuda", "mps", "cpu")
    torch = sys.modules["torch"]
    runtime.seed(3)
    first = torch.rand(2)
    runtime.seed(3)
    assert torch.equal(first, torch.rand(2))


@pytest.mark.torch
def test_the_precision_that_was_used_is_noted(monkeypatch):
    import torch

    monkeypatch.setattr(runtime, "USED_PRECISIONS", set())
    x = torch.ones(2, 2)
    assert runtime.used_precision() == "float32"
    with runtime.autocast("cpu", "float32"):
        assert (x @ x).dtype == torch.float32
    assert runtime.used_precision() == "float32"
    with runtime.autocast("cpu", "bfloat16"):
        assert (x @ x).dtype == torch.bfloat16
    assert runtime.used_precision() == "bfloat16"


@pytest.mark.keras
def test_tensorflow_starts():
    assert runtime.start("tensorflow").kind in ("cuda", "mps", "cpu")
