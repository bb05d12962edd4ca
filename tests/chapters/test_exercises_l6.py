"""The listings of l6-por-dentro run as they are printed, with random weights."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

CHAPTER = "l6-por-dentro"
pytestmark = pytest.mark.torch
METHODS = ("gradient", "deconvnet", "guided", "grad-cam")


@pytest.fixture
def random_weights(weights, monkeypatch):
    from cnnlab import catalog

    monkeypatch.setattr(catalog, "find", lambda name: SimpleNamespace(path=weights[name]))


def test_the_printed_rules_are_those_of_the_package(listing):
    import torch

    from cnnlab.interpret.gradient_maps import RULES, relu_rule

    names: dict = {}
    exec(listing(CHAPTER, "lst-mapas-reglas"), names)
    f, arriving = torch.randn(50), torch.randn(50)
    for rule in RULES:
        network = torch.nn.Sequential(torch.nn.ReLU())
        entering = f.clone().requires_grad_()
        with relu_rule(network, rule):
            (found,) = torch.autograd.grad(network(entering), entering, arriving)
        assert torch.equal(found, names["passed"](rule, f, arriving)), rule


@pytest.mark.slow
def test_the_interface_gives_three_maps_of_one_size(listing, random_weights):
    names: dict = {}
    exec(listing(CHAPTER, "lst-mapas-interfaz"), names)
    maps = [names[each] for each in ("hidden", "weighted", "guided")]
    assert all(each.shape == (224, 224) and np.abs(each).max() == 1 for each in maps)


@pytest.mark.slow
def test_the_highest_point_by_the_window(listing, random_weights, capsys):
    less = ("(32, 64, 96)", "(64, 96)"), ("window=window, stride=32", "window=window, stride=64, side=128")
    exec(listing(CHAPTER, "lst-mapas-ventana", *less), {})
    pattern = r"(.+), window (\d+): row (\d+), column (\d+)"
    lines = [re.fullmatch(pattern, line).groups() for line in capsys.readouterr().out.splitlines()]
    assert [(name, int(window)) for name, window, *_ in lines] == [
        (name, window) for name in ("tabby", "Egyptian cat", "pizza") for window in (64, 96)
    ]
    assert all(0 <= int(each) < 224 for line in lines for each in line[2:])


def test_one_map_for_two_classes(listing, random_weights, capsys):
    exec(listing(CHAPTER, "lst-mapas-clases", ('photo("cat", 224)', 'photo("cat", 64)')), {})
    pattern = r"(.+): rank correlation (\S+)"
    rows = [re.fullmatch(pattern, line).groups() for line in capsys.readouterr().out.splitlines()]
    assert [name for name, _ in rows] == list(METHODS)
    assert all(-1 <= float(value) <= 1 for _, value in rows)
