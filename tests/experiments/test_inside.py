"""The experiments of l6-por-dentro with random weights, drawn photos and drawn digits."""

import json

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.torch
METHODS = ("occlusion", "gradient", "deconvnet", "guided", "grad-cam")


@pytest.fixture
def annotated_coco(drawn_coco):
    """The drawn photos with a bowl in the one, a person and a pizza in the other."""
    path = drawn_coco / "instances_val2017_subset.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    listed["categories"] = [{"id": k, "name": name} for k, name in ((1, "person"), (51, "bowl"), (59, "pizza"))]
    boxes = ((5001, 51, (10, 10, 20, 20)), (30213, 1, (0, 0, 30, 40)), (30213, 59, (0, 0, 64, 48)))
    listed["annotations"] = [
        {"id": k, "image_id": photo, "category_id": category, "bbox": box, "iscrowd": 0, "area": box[2] * box[3]}
        for k, (photo, category, box) in enumerate(boxes, 1)
    ]
    path.write_text(json.dumps(listed), encoding="utf-8")
    return drawn_coco


def test_kernels_and_the_strongest_maps_of_layers(smoke, written, drawn_coco, weights):
    values, kept = smoke("inside_layers", dict(photo="5001"), coco=drawn_coco, **weights)
    resnet, squeezenet = values.networks
    assert (resnet.kernels, resnet.side, squeezenet.kernels, squeezenet.side) == (64, 7, 64, 3)
    assert kept.arrays["resnet50_kernels"].shape == (64, 3, 7, 7)
    assert [(each.layer, each.channels, each.size) for each in resnet.layers[:2]] == [
        ("relu", 64, (112, 112)),
        ("layer1.2", 256, (56, 56)),
    ]
    for name, network in (("resnet50", resnet), ("squeezenet", squeezenet)):
        for place, each in enumerate(network.layers):
            assert kept.arrays[f"{name}_{place}"].shape == (2, *each.size)
            assert 0 <= each.silent <= each.zeros <= 1 and list(each.highest) == sorted(each.highest, reverse=True)
    numbers = written("inside_layers", values)
    assert numbers["resnet50_0_size"] == ("112×112", "112×112") and numbers["credit"][0] == "COCO 5001, CC BY 2.0"


def test_grey_kernels_are_counted(smoke, drawn_coco, weights, tmp_path):
    import torch

    from cnnlab.models.pretrained import squeezenet1_1
    from cnnlab.models.weights_torch import save

    network = squeezenet1_1(weights["squeezenet1_1"])
    kernels = network.get_submodule("features.0").weight
    with torch.no_grad():
        kernels[:3] = torch.ones(3, 3, 3)
        kernels[3:5] *= 1e-6
    save(network, tmp_path / "some.safetensors")
    changed = {**weights, "squeezenet1_1": tmp_path / "some.safetensors"}
    values, _ = smoke("inside_layers", dict(photo="cat"), coco=drawn_coco, **changed)
    assert values.networks[1].faint == 2 and values.networks[1].grey >= 3


def test_occlusion_by_windows_and_fillings(smoke, written, drawn_coco, weights):
    values, kept = smoke("occlusion_maps", dict(pair=("5001", "30213")), coco=drawn_coco, **weights)
    assert [each.half for each in values.targets] == ["left", "right", ""]
    assert len(values.maps) == 3 * 2 * 3 and values.evaluations == 3 * (2 * 4 + 1) + 3 * (3 + 1)
    assert kept.pictures["pair"].size == (64, 32)
    for each in values.maps:
        key = f"{each.target}_{each.window}_{each.filling}"
        assert kept.arrays[key].shape == kept.arrays[f"{key}_sum"].shape == (16, 32)
        assert 0 <= each.own_share <= 1 and each.lowest <= each.highest and 0 <= each.low <= each.windows
    numbers = written("occlusion_maps", values, options=values_options("occlusion_maps"))
    assert numbers["left_16_grey_windows"] == ("8", "8") and numbers["rank"] == ("4", "4")


def values_options(name):
    from cnnlab.results import registry

    return registry.get(name).options_for("smoke")


def test_maps_of_two_classes_of_photos_and_of_an_untrained_network(smoke, written, drawn_coco, weights):
    changes = dict(photos=("5001", "30213"), pair=("5001", "30213"))
    values, kept = smoke("attribution_maps", changes, coco=drawn_coco, **weights)
    assert values.spread < 1e-5 and values.statistics_difference < 1e-5  # before a global average
    assert {(each.network, each.layer) for each in values.weighted} >= {
        ("resnet50", "layer4"),
        ("squeezenet", "features.12"),
    }
    assert len(values.weighted) == 2 * (6 + 3) * 3 and len(values.rules) == 6
    assert all(0 <= each.own_share <= 1 and 0 <= each.positive <= 1 for each in values.weighted)
    ends = [each.reached for each in values.weighted if each.layer in ("layer1", "layer2", "layer3")]
    assert max(ends) <= 0.25  # the next stage's 1×1 convolutions of stride 2 read one position in four
    assert [each.method for each in values.untrained] == list(METHODS)
    assert [each.credit for each in values.photos] == ["COCO 5001, CC BY 2.0", "COCO 30213, CC BY-SA 2.0"]
    for method in METHODS:
        assert kept.arrays[f"photo_1_{method}"].shape == kept.arrays[f"untrained_{method}"].shape == (64, 64)
    assert kept.arrays["pair_guided_left"].shape == (64, 128) and kept.pictures["pair"].size == (128, 64)
    numbers = written("attribution_maps", values, options=values_options("attribution_maps"))
    assert "resnet50_5_p90_right_share" in numbers and "untrained_grad_cam_ssim" in numbers


def test_statistics_of_a_gradient_and_the_farthest_of_their_maps():
    from cnnlab.experiments.attribution_maps.compute import every_statistic, farthest

    maps, gradient = np.ones((1, 1, 4)), np.array([[[0.0, 0, 0, 8]]])
    found, weights = every_statistic(maps, gradient)
    assert {name: float(each[0]) for name, each in weights.items()} == pytest.approx(
        {"mean": 2, "median": 0, "p90": 5.6}
    )
    assert farthest(found) == pytest.approx(1)


def test_truth_of_maps_on_photos_with_boxes(smoke, written, annotated_coco, weights):
    values, kept = smoke("map_truth", dict(squares=("cat",)), coco=annotated_coco, **weights)
    assert values.layers == ("fc", "layer4.2") and values.photos == 2
    assert [(each.number, each.category, each.label) for each in values.pairs][1][:2] == (30213, "pizza")
    assert values.pairs[1].label == "pizza" and values.pairs[1].area == 1 and 0 < values.pairs[0].area < 1
    names = (*METHODS, "edges", "centre", "chance")
    assert tuple(each.map for each in values.curves) == tuple(each.map for each in values.pointing) == names
    assert kept.arrays["rank"].shape == kept.arrays["similarity"].shape == (5, 2, 1)
    assert kept.arrays["deletion"].shape == (8, 3) and kept.arrays["area_insertion"].shape == (8, 2)
    assert (kept.arrays["hits"][:, 1] == 1).all()  # its box is the whole photo
    assert kept.arrays["hits"][-1, 0] == pytest.approx(values.pairs[0].area)
    start, end = kept.arrays["deletion"][:, 0], kept.arrays["deletion"][:, -1]
    assert np.ptp(start) < 1e-6 and np.ptp(end) < 1e-6  # the whole photo, and none of it
    for each in values.curves:
        assert each.deletion_low <= each.deletion <= each.deletion_high
    numbers = written("map_truth", values, kept.arrays, values_options("map_truth"))
    assert numbers["pairs"] == ("2", "2") and "grad_cam_rank_last" in numbers


def test_baselines_know_the_photo_or_its_middle_alone():
    import torch

    from cnnlab.experiments.map_truth.compute import centred, edges

    pixels = torch.zeros(1, 3, 8, 8)
    pixels[..., 4:] = 1
    found = edges(pixels)
    assert found[4, 3] > 0.5 and found[4, 0] == 0
    assert np.unravel_index(centred(5, 7).argmax(), (5, 7)) == (2, 3)


def test_truth_of_maps_of_digits(smoke, written, drawn_digits):
    _, trained = smoke("mnist_simple_cnn", dict(held_out=20), mnist=drawn_digits)
    sources = dict(mnist=drawn_digits, mnist_simple_cnn=next(iter(trained.files.values())))
    values, kept = smoke("map_truth_digits", **sources)
    assert values.digits == 10 and values.layers == ("fc2", "fc1", "conv2", "conv1")
    assert values.difference < 1e-5 and "no module of nn.ReLU" in values.refused
    assert kept.arrays["rank"].shape == (5, 4, 10) and kept.arrays["trained"].shape == (5, 28, 28)
    gradient = kept.arrays["rank"][METHODS.index("gradient")]
    assert (gradient < 1).all()
    assert written("map_truth_digits", values, kept.arrays)["digits"] == ("10", "10")


def test_pictures_by_ascent_and_dreams(smoke, written, drawn_coco, weights):
    values, kept = smoke("ascent_images", dict(squares=("cat",)), coco=drawn_coco, **weights)
    assert [each.layer for each in values.ascended] == ["labels"] * 2 + ["layer2.3"] * 2 + ["layer3.5"] * 2
    assert kept.pictures["ascent_0"].size == (2 * 224 + 12, 2 * 224 + 12)
    assert kept.pictures["dream_1"].size == kept.pictures["photo"].size == (48, 48)
    assert all(each.roughness_blur < each.roughness_plain for each in values.ascended)
    assert len(values.photo_scores) == 2 and np.isfinite(values.photo_scores).all()
    numbers = written("ascent_images", values, options=values_options("ascent_images"))
    assert numbers["channel_0"][0].isdigit() and "class_1_photo" in numbers


@pytest.fixture
def insects(tmp_path):
    chance = np.random.default_rng(0)
    for kind in ("ants", "bees"):
        folder = tmp_path / "hymenoptera" / "val" / kind
        folder.mkdir(parents=True)
        for k in range(2):
            Image.fromarray(chance.integers(0, 255, (70, 80, 3), np.uint8)).save(folder / f"{k}.jpg")
    return tmp_path / "hymenoptera"


def test_patches_are_projected_and_neighbours_found(smoke, written, drawn_coco, drawn_flowers, insects, weights):
    sources = dict(coco=drawn_coco, flowers102=drawn_flowers, hymenoptera=insects, **weights)
    values, kept = smoke("photo_neighbours", **sources)
    assert values.searched == 9 and (values.queries, values.train) == (3, 3)
    (channel,) = values.channels
    assert list(channel.activations) == sorted(channel.activations, reverse=True) and len(channel.credits) == 2
    assert 0 < channel.area < 1 and 0 <= channel.inside <= 1
    assert kept.pictures["patches_0"].size == (4 * 160 + 3 * 12, 160)
    assert kept.pictures["neighbours"].size == (3 * 128 + 2 * 12, 2 * 128 + 12)
    assert values.same_pixels_low <= values.same_pixels <= values.same_pixels_high
    assert [each.network for each in values.guesses] == ["resnet50", "squeezenet"]
    assert all(0 <= each.first <= each.five <= each.count == 4 for each in values.guesses)
    numbers = written("photo_neighbours", values, options=values_options("photo_neighbours"))
    assert numbers["insects"] == ("4", "4") and numbers["searched"] == ("9", "9")


def test_neighbours_and_first_photos_by_hand():
    from types import SimpleNamespace

    from cnnlab.data.labelled import first_of_each_class
    from cnnlab.experiments.photo_neighbours.compute import nearest

    points = np.array([[0.0, 0], [5, 5]])
    assert nearest(points, np.array([[4.0, 4], [1, 0], [0, 2]]), 2).tolist() == [[1, 2], [0, 2]]
    photos = [SimpleNamespace(label=label) for label in (1, 0, 1, 1, 0)]
    assert first_of_each_class(photos, 1) == photos[:2] and first_of_each_class(photos, len(photos)) == photos


def test_a_photo_that_coco_does_not_have_is_refused(drawn_coco):
    from cnnlab.errors import DataError
    from cnnlab.experiments.inside_maps.photos import squares

    with pytest.raises(DataError, match="photo 1 of COCO.*\n.*5001, 30213"):
        squares(drawn_coco, ["1"])


def test_kernels_and_patches_by_epoch(smoke, written, drawn_colours):
    values, kept = smoke("cifar_epochs", cifar10=drawn_colours)
    assert values.epochs == (0, 1, 2) and len(values.accuracies) == 3 and values.pictures == 20
    assert [each.channels for each in values.layers] == [48, 128, 192, 192, 128]
    for each in values.layers:
        assert each.cosine[-1] == pytest.approx(1) and each.shared[-1] == (1 if each.active else 0)
        assert each.cosine[0] < each.cosine[1] < 1
    assert kept.arrays["kernels"].shape == (3, 2, 3, 5, 5)
    assert kept.arrays["patches_0"].shape == (3, 2, 2, 3, 7, 7) and kept.arrays["patches_1"].shape[3:] == (3, 32, 32)
    told = written("cifar_epochs", values, options=kept.options)
    assert told["layer_1_cosine_2"] == ("1,00", "1.00") and told["layer_5_channels"] == ("128", "128")


def test_a_patch_is_what_its_position_reads():
    """Outputs of the first pooling are 4 pixels apart and read 7; at the edge the patch is shifted to lie inside."""
    from types import SimpleNamespace

    from cnnlab.experiments.cifar_epochs.compute import patches_of

    images = np.arange(2 * 3 * 32 * 32).reshape(2, 3, 32, 32)
    highest, position = np.array([[1.0], [2.0]]), np.array([[8 * 2 + 3], [7]])
    seen = SimpleNamespace(highest={"features.0": highest}, position={"features.0": position}, width={"features.0": 8})
    second, first = patches_of(SimpleNamespace(images=images), seen, "features.0", 0, 2)
    assert np.array_equal(first, images[0, :, 6:13, 10:17])
    assert np.array_equal(second, images[1, :, 0:7, 25:32])


def test_epochs_are_compared_with_the_last():
    from cnnlab.experiments.cifar_epochs.compute import mean_cosine, mean_shared, strongest_pictures

    last = np.array([[1.0, 0.0], [0.0, 2.0]]).reshape(2, 1, 1, 2)
    assert mean_cosine(np.array([[3.0, 0.0], [1.0, 0.0]]).reshape(2, 1, 1, 2), last) == pytest.approx(0.5)
    highest = np.array([[3.0, 0.0, 1.0], [1.0, 0.0, 2.0], [2.0, 0.0, 0.0]])
    assert strongest_pictures(highest, 2) == [[0, 2], [], [1, 0]]
    assert mean_shared([[0, 1], [], [1, 0]], [[0, 2], [], [1, 0]], [0, 2], 2) == 0.75
