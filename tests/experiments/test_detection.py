"""Row A12 with random weights and drawn raccoons: a detector that learns from either start."""

from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.torch
FROZEN = (("backbone", 0.0), ("roi_heads.box_head", 0.0))  # what is left learns fast
LEFT = 256 * 256 * 9 + 256 + (256 + 1) * (3 + 12) + (1024 + 1) * (2 + 8)  # proposals; classes and boxes of the head
FEW = dict(proposals=(50, 20), tested=(50, 20), sampled=8)


@pytest.fixture(scope="module")
def coco_weights(tmp_path_factory):
    """A random Faster R-CNN of COCO's classes, as a file."""
    import torch

    from cnnlab.models.faster_rcnn import faster_rcnn
    from cnnlab.models.weights_torch import save

    path = tmp_path_factory.mktemp("detector") / "fasterrcnn.safetensors"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        save(faster_rcnn(), path)
    return path


@pytest.fixture
def raccoons(smoke, drawn_raccoons):
    """Run `raccoons` with the drawn photos."""

    def run(recipe, start, **variants):
        from cnnlab.experiments.raccoons.compute import RECIPE

        changes = dict(recipe=replace(RECIPE, workers=0, **recipe), **FEW)
        return smoke("raccoons", changes, variants, raccoon=drawn_raccoons, detector_start=start)

    return run


def sound(values, kept, epochs):
    """What holds whatever the start: the numbers of photos and boxes, and what is kept of every epoch."""
    assert (values["photos"], values["boxes"], values["left_out"]) == (4, 4, [52, 74])
    assert values["test"] == [{"number": number, "size": [80, 60]} for number in (10, 50, 60)]
    assert [row["epoch"] for row in values["curve"]] == list(range(1, epochs + 1))
    assert all(row["right"] + row["missed"] == 4 and "found" not in row for row in values["curve"])
    assert values["training_seconds"] == sum(row["seconds"] for row in values["curve"])
    found, epoch = kept.arrays["found"], kept.arrays["epoch"]
    assert found.shape == (len(epoch), 6) and set(epoch) <= set(range(1, epochs + 1))
    assert set(found[:, 0]) <= {0, 1, 2} and (found[:, 1] <= 1).all() and (np.diff(epoch.astype(int)) >= 0).all()
    assert (found[:, 2:] >= 0).all() and (found[:, 2:] <= (80, 60, 80, 60)).all()
    assert kept.arrays["true_photo"].tolist() == [0, 1, 2, 2]
    assert kept.arrays["true_boxes"].tolist()[0] == [20, 10, 68, 50] and kept.arrays["true_boxes"].shape == (4, 4)
    assert kept.arrays["band"].shape == (2, 101) and (kept.arrays["band"][0] <= kept.arrays["band"][1]).all()
    assert sorted(values["shown"]) == [0, 1, 2]
    assert {name: picture.size for name, picture in kept.pictures.items()} == {f"photo-{k}": (80, 60) for k in range(3)}
    for name in ("ap50", "ap75", "ap"):
        assert 0 <= values[name]["low"] <= values[name]["high"] <= 1
    assert values["ap50"]["value"] == values["curve"][-1]["ap50"] and values["ap"]["value"] == values["curve"][-1]["ap"]


def test_a_detector_of_coco_learns_raccoons(raccoons, written, coco_weights):
    import torch

    from cnnlab.models.faster_rcnn import faster_rcnn
    from cnnlab.models.weights_torch import load

    values, kept = raccoons(dict(epochs=2, factors=FROZEN), coco_weights)
    sound(values, kept, 2)
    assert set(kept.arrays["epoch"]) == {1, 2}
    assert values["start"] == "coco" and values["trained_parameters"] == LEFT
    assert values["parameters"] == 41_755_286 - (1024 + 1) * 89 * 5
    network, first = load(faster_rcnn(2), kept.files["network.safetensors"]), load(faster_rcnn(), coco_weights)
    old, new = first.state_dict(), network.state_dict()
    for name in ("backbone.body.layer4.2.conv3.weight", "roi_heads.box_head.fc7.weight"):
        assert torch.equal(old[name], new[name])
    assert not torch.equal(old["rpn.head.cls_logits.weight"], new["rpn.head.cls_logits.weight"])
    told = written("raccoons", values)
    assert told["photos"] == ("4", "4") and told["left_out_numbers"] == ("52 y 74", "52 and 74")
    assert told["epochs"] == ("2", "2") and told["test_boxes"] == ("4", "4") and told["one_box"][1] == "25.0%"


def test_a_trunk_of_imagenet_learns_raccoons_at_the_recipes_rates(raccoons, weights):
    values, kept = raccoons(dict(epochs=1), weights["resnet50_keras"], detector_start="trunk in half precision")
    sound(values, kept, 1)
    # conv1 and the first stage are frozen, batch norms count as none
    first_stage = 64 * 64 + 3 * (64 * 64 * 9 + 64 * 256) + 64 * 256 + 2 * 256 * 64
    assert values["start"] == "imagenet" and values["parameters"] == 41_755_286 - (1024 + 1) * 89 * 5
    assert values["trained_parameters"] == values["parameters"] - 64 * 3 * 49 - first_stage


def test_each_rate_belongs_to_a_part_of_the_network():
    import torch

    from cnnlab.experiments.raccoons.compute import RATES
    from cnnlab.models.faster_rcnn import faster_rcnn

    with torch.device("meta"):
        names = [name for name, _ in faster_rcnn(2).named_parameters()]
    for start, _ in RATES:
        assert any(name.startswith(f"{start}.") for name in names)
