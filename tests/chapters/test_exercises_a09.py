"""The listing under "Qué probar después" of a09-dentro runs as it is printed, with fewer and smaller photos."""

import re

import pytest

CHAPTER = "a09-dentro"


@pytest.mark.torch
@pytest.mark.data("flowers102", "resnet50_v1_keras.fp16.safetensors")
def test_a_trained_and_an_untrained_network_are_compared(listing, printed):
    less = ("[:200]", "[:8]"), ("centre_crop(224)", "centre_crop(64)")
    pattern = r"(layer\d\.\d): CKA (\S+), median correlation (\S+)"
    rows = [re.fullmatch(pattern, row).groups() for row in printed(listing(CHAPTER, "lst-dentro", *less))]
    assert [row[0] for row in rows] == ["layer1.2", "layer2.3", "layer4.2"]
    assert all(-0.5 < float(similarity) < 1 and abs(float(channel)) < 0.5 for _, similarity, channel in rows)
