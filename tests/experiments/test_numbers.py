"""What prose may say of the kept results, in both languages."""

import importlib

import pytest

from cnnlab import results


@pytest.mark.parametrize("name", ["flowers_resnet50", "handout", "imagenet", "pointwise", "resnet", "shortcuts"])
def test_numbers_of_the_kept_result_are_written_in_both_languages(name):
    quantities = importlib.import_module(f"cnnlab.experiments.{name}").numbers(results.load(name))
    for key, quantity in quantities.items():
        assert key.isidentifier() and quantity.show("es") and quantity.show("en")
