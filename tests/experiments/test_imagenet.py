"""Predictions for four photos: with random weights anywhere, with the published ones where they are.

Chapters: a05-clasificador, a06-red.
"""

import numpy as np
import pytest

from cnnlab.experiments.imagenet.activation_maps import class_maps


@pytest.mark.parametrize("seed", range(5))
def test_the_mean_of_a_map_and_the_bias_are_the_logit(seed):
    rng = np.random.default_rng(seed)
    n, h, w, c, classes = rng.integers(1, 9, 5)
    features, kernel, bias = rng.random((n, h, w, c)), rng.standard_normal((c, classes)), rng.standard_normal(classes)
    chosen = rng.integers(0, classes, (n, 3))
    maps = class_maps(features, kernel, chosen)
    logits = features.mean(axis=(1, 2)) @ kernel + bias
    assert maps.shape == (n, 3, h, w)
    np.testing.assert_allclose(maps.mean(axis=(2, 3)) + bias[chosen], np.take_along_axis(logits, chosen, axis=1))


def test_a_map_is_the_convolution_of_one_position_at_a_time():
    rng = np.random.default_rng(0)
    features, kernel = rng.random((1, 7, 7, 16)), rng.standard_normal((16, 10))
    maps = class_maps(features, kernel, np.array([[4]]))
    assert maps[0, 0, 2, 5] == pytest.approx(features[0, 2, 5] @ kernel[:, 4])


@pytest.mark.keras
def test_random_weights_classify_the_four_photos(smoke, tmp_path):
    from safetensors.numpy import save_file

    from cnnlab.models.resnet_keras import build_resnet

    path = tmp_path / "weights.safetensors"
    save_file({v.path: v.numpy() for v in build_resnet(50, init="glorot_uniform").variables}, path)
    result, kept = smoke("imagenet", resnet50_keras=path)
    assert [photo.name for photo in result.photos] == ["cat", "coffee", "astronaut", "rocket"] == list(kept.pictures)
    assert all(len(photo.top) == 5 for photo in result.photos) and result.keras_difference < 1e-5
    maps = kept.arrays["maps"]
    assert maps.shape == (4, 2, 7, 7) and result.map_difference < 1e-4 * abs(maps).max()
    for photo, each in zip(result.photos, maps, strict=True):
        assert each.mean(axis=(1, 2)) + photo.biases == pytest.approx(photo.logits, rel=1e-4, abs=1e-4)


@pytest.mark.keras
@pytest.mark.data("resnet50_v1_keras.fp16.safetensors")
def test_published_weights_see_an_egyptian_cat_and_an_espresso(smoke):
    from cnnlab import catalog

    result, _ = smoke("imagenet", resnet50_keras=catalog.find("resnet50_keras").path)
    best = {photo.name: photo.top[0] for photo in result.photos}
    assert best["cat"].label == "Egyptian cat" and best["coffee"].label == "espresso"
