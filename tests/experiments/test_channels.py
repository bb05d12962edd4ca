"""Rows A7 and A9 with random weights and drawn photos: what is drawn for channels, and how far layers moved."""

import pytest

pytestmark = pytest.mark.torch
STAGES = ("early", "middle", "late")
ALIVE = ((0, 1, 2), (0, 1), (0, 1, 2))  # channels of the three stages that the random network uses


@pytest.fixture(scope="module")
def trained(weights, tmp_path_factory):
    """What `flowers_resnet50` keeps, its last stage's convolutions 1.1 times those of the random ResNet-50."""
    import torch
    from torch import nn

    from cnnlab.experiments.flowers_resnet50.compute import Options
    from cnnlab.models.heads import without_head
    from cnnlab.models.pooled_layers import SeveralLayers
    from cnnlab.models.pretrained import resnet50
    from cnnlab.models.weights_torch import save

    trunk = without_head(resnet50(weights["resnet50_keras"]))
    some = [(torch.zeros(2, 3, 64, 64),)]
    network = SeveralLayers(trunk, Options().layers, some, 102, 0.5)
    with torch.no_grad():
        for each in trunk.layer4.modules():
            if isinstance(each, nn.Conv2d):
                each.weight *= 1.1
        for name, each in network.head.named_parameters():
            each.copy_(torch.linspace(-1, 1, each.numel()).view_as(each) * (1e-3 if name.endswith("weight") else 1))
    path = tmp_path_factory.mktemp("trained") / "network.safetensors"
    save(network, path)
    return path


def cells(width, height, cell=64, gap=12):
    return (width * (cell + gap) - gap, height * (cell + gap) - gap)


def sizes(kept):
    return {name: picture.size for name, picture in kept.pictures.items()}


def test_channels_are_drawn_and_found_in_photos(smoke, written, drawn_coco, drawn_flowers, weights):
    values, kept = smoke("channels", dict(channels=ALIVE), coco=drawn_coco, flowers102=drawn_flowers, **weights)
    assert sizes(kept) == dict.fromkeys(STAGES, cells(4, 3)) | {"middle": cells(4, 2)}
    assert values["photos"] == 4 + 2 + 3 and (values["steps"], values["size"]) == (4, 64)
    assert [(each["stage"], each["layer"]) for each in values["stages"]] == [
        *(("early", "layer1.2"), ("middle", "layer2.3"), ("late", "layer4.1")),
    ]
    for stage, chosen in zip(values["stages"], ALIVE, strict=True):
        assert [each["channel"] for each in stage["channels"]] == list(chosen)
        for each in stage["channels"]:
            assert each["drawn"] > 0 and each["photos"] > 0
            assert len(each["credits"]) == len(each["sources"]) == len(set(each["credits"])) == 3
            assert set(each["sources"]) <= {"scikit-image", "coco", "flowers"}
    told = written("channels", values)
    assert told["photos"] == ("9", "9") and told["late_3"] == ("2", "2")
    assert told["credits"][0].startswith("COCO (") and "early_least" in told and "middle_most" in told


def test_one_channel_is_drawn_in_other_lights(smoke, written, drawn_coco, drawn_flowers, weights):
    alive = dict(signed=("layer2.3.bn3", 0), channel=0)
    values, kept = smoke("channels_beyond", alive, coco=drawn_coco, flowers102=drawn_flowers, **weights)
    assert sizes(kept) == {
        "signed": cells(4, 2),
        "diversity": cells(2, 1),
        "steps": cells(2, 1),
        "helps": cells(4, 1),
        "classes": cells(4, 1),
    }
    assert list(values["activation"]) == ["with_both", "not_robust", "correlated", "with_neither"]
    assert len(values["signed"]["credits"]) == 6 and values["steps"] == [1, 2]
    assert [each["name"] for each in values["classes"]] == ["miniature schnauzer", "daisy"]
    told = written("channels_beyond", values)
    assert told["class_2"] == ("985", "985") and told["class_2_name"] == ("daisy", "daisy")
    assert (told["step_1"], told["step_2"]) == (("1", "1"), ("2", "2")) and "without_transformations" in told


def test_channels_are_drawn_before_and_after_the_training(smoke, written, drawn_flowers, weights, trained):
    asked = dict(flowers102=drawn_flowers, flowers_resnet50=trained, **weights)
    values, kept = smoke("flowers_channels", dict(channels=ALIVE, species=(2, 0), photos=2), **asked)
    assert sizes(kept) == dict.fromkeys((*STAGES, "species"), cells(3, 2)) | {"middle": cells(2, 2)}
    violet, red = (kept.pictures["species"].getpixel((64 + 12 + 32, row * 76 + 32)) for row in (0, 1))
    assert violet[2] > violet[0] > violet[1] and red[0] > red[1]
    for stage, chosen in zip(values["stages"], ALIVE, strict=True):
        assert [each["channel"] for each in stage["channels"]] == list(chosen)
        same = stage["stage"] != "late"  # the trunk before its last stage is the random one
        for each in stage["channels"]:
            assert each["old_picture"] == pytest.approx(each["new_picture"]) or not same
    early, late = kept.pictures["early"], kept.pictures["late"]
    assert early.crop((0, 0, 216, 64)).tobytes() == early.crop((0, 76, 216, 140)).tobytes()
    assert late.crop((0, 0, 216, 64)).tobytes() != late.crop((0, 76, 216, 140)).tobytes()
    assert written("flowers_channels", values)["species_1"] == ("canterbury bells", "canterbury bells")


def test_the_channels_before_and_after_are_those_that_were_drawn_first():
    from cnnlab.experiments.channels.compute import compute as channels
    from cnnlab.experiments.flowers_channels.compute import compute as flowers_channels

    first, again = channels.Options(), flowers_channels.Options()
    assert (first.layers, first.channels, first.size) == (again.layers, again.channels, again.size)


def test_species_without_photos_are_drawn_alone(smoke, drawn_flowers, weights, trained):
    asked = dict(flowers102=drawn_flowers, flowers_resnet50=trained, **weights)
    _, kept = smoke("flowers_channels", dict(channels=((5,), (6,), (7,)), species=(53, 1), steps=1), **asked)
    assert sizes(kept) == dict.fromkeys(STAGES, cells(1, 2)) | {"species": cells(4, 2)}
    assert kept.pictures["species"].getpixel((150, 30))[3] == 0 < kept.pictures["species"].getpixel((30, 30))[3]


def test_layers_that_moved_are_told_from_those_that_did_not(smoke, written, drawn_flowers, weights, trained):
    values, kept = smoke("flowers_moved", flowers102=drawn_flowers, flowers_resnet50=trained, **weights)
    assert values["photos"] == 8 and not kept.pictures
    first, *late = values["layers"]
    assert (first["layer"], first["weights"]) == ("conv1", 0) and first["cka"] == pytest.approx(1)
    assert [each["layer"] for each in late] == ["layer4.1", "layer4.2"]
    assert all(each["weights"] == pytest.approx(0.1, rel=1e-3) and 0 < each["cka"] < 1 for each in late)
    told = written("flowers_moved", values)
    assert told["layer4_1_weights"] == ("10,0\u202f%", "10.0%") and told["conv1_cka"] == ("1,00", "1.00")


def test_every_block_of_the_trained_network_is_compared():
    from cnnlab.experiments.flowers_moved.compute import BLOCKS, Options
    from cnnlab.models.hooks import layer
    from cnnlab.models.pretrained import resnet50

    network, named = resnet50(), [name for group in BLOCKS for name in group]
    blocks = [
        f"layer{stage}.{block}" for stage in (1, 2, 3, 4) for block in range(len(layer(network, f"layer{stage}")))
    ]
    assert named == ["conv1", *blocks] and Options().layers == BLOCKS


def test_alexnets_layers_have_lucents_names(smoke, written):
    values, _ = smoke("alexnet_layers")
    layers = {each["name"]: each for each in values["layers"]}
    assert len(layers) == 23 and values["features"] == 13
    assert layers["features_0"] == {
        "name": "features_0",
        "kind": "Conv2d",
        "size": [64, 31, 31],
        "printed": "features_0",
    }
    assert (layers["classifier_6"]["kind"], layers["classifier_6"]["size"]) == ("Linear", [1000])
    assert values["rectified"] == ["features_1", "features_4", "features_7", "features_9", "features_11"]
    assert values["rectified"] == values["said"]
    assert len(values["in_place"]) == 5 and all(each["same"] for each in values["in_place"])
    assert written("alexnet_layers", values)["misprinted"] == ("`features_4`", "`features_4`")


def test_credits_name_each_photo_of_coco_once_under_its_licence():
    from cnnlab.experiments._channels import credits

    first = {"credits": ["COCO 7, CC BY 2.0", "Oxford 102 Flowers, 00001", "COCO 5, CC BY-SA 2.0"]}
    second = {"credits": ["COCO 7, CC BY 2.0", "COCO 9, CC BY 2.0", "scikit-image, cat"]}
    told = credits([{"channels": [first]}, {"channels": [second]}])
    assert told.show("en") == "COCO (CC BY 2.0: 7, 9; CC BY-SA 2.0: 5), scikit-image and Oxford 102 Flowers"
    assert told.show("es") == "COCO (CC BY 2.0: 7, 9; CC BY-SA 2.0: 5), scikit-image y Oxford 102 Flowers"
    assert credits([{"channels": [first]}]).show("en") == "COCO (CC BY 2.0: 7; CC BY-SA 2.0: 5) and Oxford 102 Flowers"


def test_weights_of_another_network_are_no_fine_tuned_ones(weights, trained):
    from cnnlab.errors import DataError
    from cnnlab.experiments._fine_tuned import fine_tuned

    with pytest.raises(DataError, match=r"squeezenet1_1\.safetensors does not fit SeveralLayers"):
        fine_tuned(weights["squeezenet1_1"])
    assert not fine_tuned(trained).training
