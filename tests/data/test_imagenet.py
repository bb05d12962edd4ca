"""Preprocessing of ResNet v1, and the names of ImageNet's classes."""

import numpy as np
import pytest
from PIL import Image

from cnnlab.data.imagenet import PHOTOS, Prediction, class_names, photo, prepare, top
from cnnlab.errors import OptionError


@pytest.mark.parametrize("name", PHOTOS)
def test_photo_is_a_square_of_the_given_side(name):
    picture = photo(name, 32)
    assert (picture.size, picture.mode) == ((32, 32), "RGB")


def test_unknown_photo_is_refused_with_the_allowed_names():
    with pytest.raises(OptionError, match="dog"):
        photo("dog", 32)


def test_prepared_channels_are_blue_green_red_without_their_means():
    batch = prepare([Image.new("RGB", (2, 2), (10, 20, 30))])
    assert (batch.shape, batch.dtype) == ((1, 2, 2, 3), np.float32)
    np.testing.assert_allclose(batch[0, 0, 0], [30 - 103.939, 20 - 116.779, 10 - 123.68], rtol=1e-6)


def test_prepared_cat_has_the_values_that_chapter_5_gives():
    cat = prepare([photo("cat", 224)])
    assert [round(float(value)) for value in (cat.min(), cat.max(), cat.std())] == [-121, 116, 38]


@pytest.mark.keras
def test_prepared_photo_is_the_one_keras_prepares():
    import keras

    pixels = np.asarray(photo("cat", 64), "float32")[None]
    np.testing.assert_allclose(
        prepare([photo("cat", 64)]), keras.applications.resnet50.preprocess_input(pixels.copy()), atol=1e-4
    )


def test_class_names_are_a_thousand_in_order():
    names = class_names()
    assert (len(names), len(set(names))) == (1000, 1000)
    assert (names[0], names[285], names[967], names[999]) == ("tench", "Egyptian cat", "espresso", "toilet tissue")


def test_top_lists_the_most_probable_first():
    assert top(np.array([0.1, 0.6, 0.3]), ["a", "b", "c"], 2) == (Prediction(1, "b", 0.6), Prediction(2, "c", 0.3))


def test_among_equal_probabilities_the_lower_index_comes_first():
    assert [each.index for each in top(np.array([0.25, 0.5, 0.25]), ["a", "b", "c"])] == [1, 0, 2]
