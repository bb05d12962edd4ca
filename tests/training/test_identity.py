"""What tells a function, a network, data from others."""

import numpy as np
import pytest

from tests.transforms import Shift, Unseen, shifted

pytestmark = pytest.mark.torch


def values():
    """Values, each unlike the others."""
    from pathlib import Path

    import torch
    from PIL import Image
    from torchvision.transforms import v2

    from cnnlab.interpret.feature_visualisation import LUCENT_TRANSFORMS

    one, other = (lambda x: x + 1), (lambda x: x + 2)
    found = [one, other, *LUCENT_TRANSFORMS, torch.relu, torch.neg, v2.RandomCrop(8), v2.RandomCrop(9)]
    held = [1, 2, 1.0, {1}, {1: 2}, [1], (1,), np.ones(2), torch.ones(2), None, b"1", "1", Path("1"), Path("2")]
    held += [np.zeros((0, 4)), np.zeros((0, 3)), np.array(1.0), np.array(["a"]), np.ones((4, 4))[:, 1], np.float32(1)]
    held += [torch.ones(2, dtype=torch.bfloat16), torch.ones((), dtype=torch.bool), Image.new("L", (2, 2), 1)]
    held += [Image.new("L", (2, 2)), Shift, Unseen, torch.nn.Linear, torch.nn.Conv2d(1, 1, 1), Shift(1), Shift(2)]
    return [*found, *map(shifted, held)]


def test_functions_are_told_by_their_code_and_by_what_they_enclose():
    from cnnlab.training.identity import identity

    functions = values()
    told = [identity(each) for each in functions]
    assert None not in told and len(set(told)) == len(told) and told == [identity(each) for each in functions]


def test_what_cannot_be_told_is_none():
    from cnnlab.training.identity import identity

    loop = []
    loop.append(loop)
    unknown = [
        Unseen(1),
        shifted(np.random.default_rng(0)),
        shifted(loop),
        shifted(np.array([None])),
        shifted(iter(())),
    ]
    assert [identity(each) for each in unknown] == [None] * 5


def test_code_that_calls_itself_and_methods_of_all_kinds_are_told():
    from functools import cached_property, partial

    from cnnlab.training.identity import identity

    def factorial(n):
        return n * factorial(n - 1) if n else 1

    def documented(words):
        made: dict = {}
        exec(f"def same(n):\n    '{words}'\n    return n or None", made)
        return made["same"]

    def made(sign):
        class Local(Shift):
            """Its name is that of others."""

            factor = sign

            @classmethod
            def of(cls):
                return sign

            @staticmethod
            def fixed():
                return sign

            @property
            def width(self):
                return sign

            @cached_property
            def height(self):
                return sign

        return Local

    assert identity(factorial) is not None
    assert identity(made(1)) == identity(made(1)) != identity(made(2))
    assert identity(made(1)(1)) == identity(made(1)(1)) != identity(made(2)(1))
    assert identity(partial(made, 1)) != identity(partial(made, 2))
    assert identity(documented("Some words.")) == identity(documented("Others."))


def test_a_libraries_code_is_told_by_name(monkeypatch):
    import torch

    from cnnlab.training.identity import identity, is_library

    assert is_library("torch.nn") and is_library("json") and is_library("cnnlab.data") and is_library("_json")
    assert not is_library(__name__) and not is_library("__main__")
    before = identity(torch.nn.Linear)
    monkeypatch.setattr(torch.nn.Linear, "forward", None)
    assert identity(torch.nn.Linear) == before
