"""Predictions for four photos: with random weights anywhere, with the published ones where they are.

Chapters: a05-clasificador, a06-red.
"""

import pytest


@pytest.mark.keras
def test_random_weights_classify_the_four_photos(smoke, tmp_path):
    from safetensors.numpy import save_file

    from cnnlab.models.resnet_keras import build_resnet

    path = tmp_path / "weights.safetensors"
    save_file({v.path: v.numpy() for v in build_resnet(50, init="glorot_uniform").variables}, path)
    result, kept = smoke("imagenet", resnet50_keras=path)
    assert [photo.name for photo in result.photos] == ["cat", "coffee", "astronaut", "rocket"] == list(kept.pictures)
    assert all(len(photo.top) == 5 for photo in result.photos) and result.keras_difference < 1e-5


@pytest.mark.keras
@pytest.mark.data("resnet50_v1_keras.fp16.safetensors")
def test_published_weights_see_an_egyptian_cat_and_an_espresso(smoke):
    from cnnlab import catalog

    result, _ = smoke("imagenet", resnet50_keras=catalog.find("resnet50_keras").path)
    best = {photo.name: photo.top[0] for photo in result.photos}
    assert best["cat"].label == "Egyptian cat" and best["coffee"].label == "espresso"
