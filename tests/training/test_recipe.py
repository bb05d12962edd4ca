"""Hyperparameters are checked where a recipe is made, before anything is trained."""

import math
from dataclasses import replace

import pytest

from cnnlab.errors import OptionError
from cnnlab.training.recipe import ConstantRecipe, Recipe, SgdRecipe

WRONG = {
    "epochs": (1.5, -1, True, None),
    "batch": (2.0, 0, -1, "2"),
    "seed": (0.5, None, False),
    "workers": (-1, 1.0),
    "learning_rate": (-1.0, math.nan, math.inf, "1e-3", None),
    "warmup": (-1.0, math.nan, math.inf, None),
    "weight_decay": (-0.1, math.nan),
    "smoothing": (-0.1, 1.1, math.nan),
    "averaging": (1, 1.0, -0.5, math.nan, None),
    "learning_rate_multipliers": ((("layer4", -1.0),), (("layer4", math.nan),), ((4, 1.0),)),
}


@pytest.mark.parametrize("kind", [Recipe, SgdRecipe, ConstantRecipe])
@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_value_that_is_not_allowed_is_named(kind, name, value):
    with pytest.raises(OptionError, match=rf"^{name}(.*)\n *allowed: "):
        kind(**{"epochs": 1} | {name: value})
    with pytest.raises(OptionError, match=rf"^{name}"):
        replace(kind(epochs=1), **{name: value})


def test_the_ends_of_the_ranges_are_allowed():
    ends = {"learning_rate": 0, "warmup": 0, "weight_decay": 0, "smoothing": 1, "averaging": 0.9999, "seed": -1}
    recipe = Recipe(epochs=0, batch=1, learning_rate_multipliers=(("", 0), ("head", 4.5)), workers=0, **ends)
    assert replace(recipe) == recipe


def test_a_constant_recipe_trains_all_parameters_alike():
    with pytest.raises(
        OptionError, match=r"of a ConstantRecipe\n *allowed: \(\)\n *to do: *take a Recipe or an SgdRecipe"
    ):
        ConstantRecipe(epochs=1, learning_rate_multipliers=(("weight", 0.0),))
    with pytest.raises(OptionError, match=r"optimiser='Lion'\n *allowed: Adagrad, Adadelta, Adam, SGD"):
        ConstantRecipe(epochs=1, optimiser="Lion")


@pytest.mark.parametrize("momentum", [1.0, 2.0, -0.1, float("nan"), "0.9", True, None])
def test_a_momentum_that_lets_steps_grow_is_refused(momentum):
    for kind in (ConstantRecipe, SgdRecipe):
        with pytest.raises(OptionError, match=f"momentum={momentum!r}\n *allowed: 0 to below 1"):
            kind(epochs=1, momentum=momentum)
