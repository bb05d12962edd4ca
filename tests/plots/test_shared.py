"""Figures that any classifier can use refuse what they would draw wrongly."""

import numpy as np
import pytest
from matplotlib import pyplot

from cnnlab.errors import OptionError
from cnnlab.plots.confusion import confusion
from cnnlab.plots.learning_curves import learning_curves
from cnnlab.plots.picture_grid import captioned, named_rows
from cnnlab.plots.rings import accuracy_rings
from cnnlab.words import Words

WORDS = Words("en")


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


@pytest.mark.parametrize(
    ("counts", "names"),
    [
        (np.full((2, 2), 0.75), "ab"),  # shares, of which integers would be 0
        (np.array([[np.nan, 1], [1, 1]]), "ab"),
        (np.ones((2, 3), int), "ab"),
        (np.eye(2, dtype=int), "abc"),
        (-np.eye(2, dtype=int), "ab"),
    ],
)
def test_a_confusion_matrix_has_counts_and_names(counts, names):
    with pytest.raises(OptionError, match="counts of .* names"):
        confusion(counts, list(names), words=WORDS, theme="light")


def test_counts_may_be_a_list_and_all_0():
    written = [
        text.get_text() for text in confusion([[2, 1], [0, 0]], ["a", "b"], words=WORDS, theme="light").axes[0].texts
    ]
    assert written == ["2", "1"]


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        ([[np.nan, 0.5]], "loss of 'train', some not finite"),
        ([[0.5, 0.0]], "loss of 'train', lowest 0"),
        ([[-1.0, 0.5]], "lowest -1"),
        ([0.5, 0.4], r"loss of 'train': \(2,\)"),
        (np.zeros((1, 0)), r"loss of 'train': \(1, 0\)"),
    ],
)
def test_curves_that_cannot_be_drawn_are_named(loss, said):
    curves = {"loss": {"train": np.array(loss)}, "accuracy": {"train": np.array([[0.5, 0.0]])}}
    with pytest.raises(OptionError, match=said):
        learning_curves(curves, words=WORDS, theme="light")


def test_a_curve_of_one_epoch_is_drawn():
    curves = {"loss": {"train": np.array([[0.5]])}, "accuracy": {"train": np.array([[0.0]])}}
    assert len(learning_curves(curves, words=WORDS, theme="light").axes) == 2


@pytest.mark.parametrize(
    ("images", "captions"),
    [
        (np.zeros((0, 1, 4, 4), np.uint8), []),  # of a classifier that is always right
        (np.zeros((2, 4, 4, 3), np.uint8), ["a", "b"]),
        (np.zeros((2, 1, 4, 4)), ["a", "b"]),
        (np.zeros((2, 1, 4, 4), np.uint8), ["a"]),
        ([[1]], ["a"]),
    ],
)
def test_pictures_of_another_kind_are_refused(images, captions):
    with pytest.raises(OptionError, match="pictures"):
        captioned(images, captions, theme="light")


def test_rows_of_pictures_have_five_dimensions():
    with pytest.raises(OptionError, match=r"pictures of uint8 \(2, 1, 4, 4\)"):
        named_rows(np.zeros((2, 1, 4, 4), np.uint8), ["a", "b"], theme="light")


def test_a_row_of_no_seed_is_named():
    with pytest.raises(OptionError, match="no accuracy of 'b'"):
        accuracy_rings({"a": [0.5], "b": []}, words=WORDS, theme="light", xlabel="x", first="a")
