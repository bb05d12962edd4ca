"""Faster R-CNN: torchvision's network and answers, weights of COCO, and a trunk with Keras's weights of ImageNet."""

import copy

import pytest

from cnnlab.errors import DataError, OptionError

pytestmark = pytest.mark.torch
SMALL = {
    "min_size": 64,
    "max_size": 96,
    "rpn_pre_nms_top_n_test": 50,
    "rpn_post_nms_top_n_test": 20,
    "box_score_thresh": 0.0,
    "box_detections_per_img": 20,
}


@pytest.fixture(scope="module")
def network():
    """A detector of COCO's classes with random weights, its normalisations random too, small variances in the first."""
    import torch

    from cnnlab.models.faster_rcnn import FrozenNorm, faster_rcnn

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = faster_rcnn(**SMALL)
        for layer in network.modules():
            if isinstance(layer, FrozenNorm):
                layer.weight.uniform_(0.3, 0.7)
                layer.bias.normal_(0, 0.1)
                layer.running_mean.normal_(0, 0.1)
                layer.running_var.uniform_(0.5, 1.5)
        network.backbone.body.bn1.running_var.mul_(1e-3)
        network.backbone.body.bn1.weight.mul_(0.03)
    return network


@pytest.fixture(scope="module")
def pictures():
    import torch

    chance = torch.Generator().manual_seed(0)
    return [torch.rand(3, 50, 70, generator=chance), torch.rand(3, 64, 40, generator=chance)]


@pytest.fixture(scope="module")
def files(network, tmp_path_factory):
    """The network's weights as torchvision publishes them, and as safetensors."""
    import torch

    from cnnlab.models.weights_torch import save

    folder = tmp_path_factory.mktemp("detectors")
    torch.save({old_name(name): v for name, v in network.state_dict().items()}, folder / "fasterrcnn.pth")
    save(network, folder / "fasterrcnn.safetensors")
    return folder


def old_name(name):
    """What torchvision's file of COCO calls a layer: it is older than the blocks around the pyramid's convolutions."""
    for place in ("inner_blocks", "layer_blocks"):
        for level in range(4):
            name = name.replace(f"fpn.{place}.{level}.0.", f"fpn.{place}.{level}.")
    return name.replace("rpn.head.conv.0.0.", "rpn.head.conv.")


def test_the_old_names_are_those_that_torchvision_renames(network):
    from torchvision.models.detection import fasterrcnn_resnet50_fpn

    old = {old_name(name): v for name, v in network.state_dict().items()}
    assert len(set(old) - set(network.state_dict())) == 18
    missing, unexpected = fasterrcnn_resnet50_fpn(weights=None, weights_backbone=None).load_state_dict(
        old, strict=False
    )
    assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing)


def equal(one, other):
    import torch

    assert one.keys() == other.keys()
    return all(torch.equal(one[name], other[name]) for name in one)


def test_it_has_torchvisions_number_of_parameters(network):
    from torchvision.models.detection import FasterRCNN_ResNet50_FPN_Weights

    from cnnlab.models.weights_torch import parameters

    published = FasterRCNN_ResNet50_FPN_Weights.COCO_V1.meta["num_params"]
    assert parameters(network) == parameters(network, trained=True) == published == 41_755_286
    assert not network.training


def test_it_answers_as_torchvisions_own(network, pictures):
    import torch
    from torchvision.models.detection import fasterrcnn_resnet50_fpn

    theirs = fasterrcnn_resnet50_fpn(weights=None, weights_backbone=None, num_classes=91, **SMALL).eval()
    missing, unexpected = theirs.load_state_dict(network.state_dict(), strict=False)
    assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing)
    with torch.inference_mode():
        answers, expected = network(pictures), theirs(pictures)
    for answer, wanted in zip(answers, expected, strict=True):
        assert len(wanted["boxes"]) == 20 and wanted["scores"].std() > 0
        for name in ("boxes", "labels", "scores"):
            torch.testing.assert_close(answer[name], wanted[name])


@pytest.mark.parametrize("file", ["fasterrcnn.pth", "fasterrcnn.safetensors"])
def test_weights_of_coco_are_read(network, files, file):
    from cnnlab.models.faster_rcnn import with_coco_weights

    again = with_coco_weights(files / file, min_size=77)
    read, written = (
        {name: v for name, v in each.state_dict().items() if not name.endswith("running_var")}
        for each in (again, network)
    )
    assert equal(read, written) and again.transform.min_size == (77,) and not again.training


def test_nothing_is_added_to_the_variances_of_cocos_weights(network, files):
    import torch
    from torchvision.ops import FrozenBatchNorm2d

    from cnnlab.models.faster_rcnn import with_coco_weights

    # torchvision, too, sets epsilon to 0 where it loads these weights: they were trained so
    theirs = FrozenBatchNorm2d(64, eps=0.0)
    theirs.load_state_dict(network.backbone.body.bn1.state_dict())
    ours, some = with_coco_weights(files / "fasterrcnn.safetensors").backbone.body.bn1, torch.randn(1, 64, 5, 5)
    torch.testing.assert_close(ours(some), theirs(some), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("file", ["fasterrcnn.pth", "fasterrcnn.safetensors"])
def test_weights_cut_short_are_named(files, tmp_path, file):
    from cnnlab.models.faster_rcnn import with_coco_weights

    with open(files / file, "rb") as whole:
        (tmp_path / file).write_bytes(whole.read(100_000))
    with pytest.raises(DataError, match=rf"{file}(.|\n)*the file of the same network that the catalogue names"):
        with_coco_weights(tmp_path / file)


def test_weights_of_another_network_are_refused(weights):
    from cnnlab.models.faster_rcnn import with_coco_weights

    with pytest.raises(DataError, match=r"squeezenet1_1\.safetensors does not fit FasterRCNN: \d+ names or shapes"):
        with_coco_weights(weights["squeezenet1_1"])


def test_the_trunk_of_imagenet_computes_what_the_classifier_does(weights):
    import torch

    from cnnlab.models.faster_rcnn import with_imagenet_backbone
    from cnnlab.models.pretrained import resnet50

    detector, classifier = with_imagenet_backbone(2, weights["resnet50_keras"]), resnet50(weights["resnet50_keras"])
    assert detector.roi_heads.box_predictor.cls_score.out_features == 2 and not detector.training
    body = detector.backbone.body
    for stage in ("layer2", "layer3", "layer4"):
        assert body[stage][0].conv1.stride == (2, 2) and body[stage][0].conv2.stride == (1, 1)
    with torch.inference_mode():
        features = torch.rand(1, 3, 64, 96)
        found = body(features)
        for name in ("conv1", "bn1", "relu", "maxpool"):
            features = getattr(classifier, name)(features)
        for place, stride in enumerate((4, 8, 16, 32)):
            features = getattr(classifier, f"layer{place + 1}")(features)
            assert found[str(place)].shape[2:] == (64 // stride, 96 // stride) and features.std() > 0
            torch.testing.assert_close(found[str(place)], features)


def test_a_trunk_of_another_network_is_refused(weights, files):
    from cnnlab.models.faster_rcnn import with_imagenet_backbone

    for path in (files / "fasterrcnn.safetensors", weights["squeezenet1_1"]):
        with pytest.raises(DataError, match=path.name):
            with_imagenet_backbone(2, path)


def test_the_last_layer_is_replaced_and_the_rest_is_kept(network):
    from cnnlab.models.faster_rcnn import replace_box_head

    changed = copy.deepcopy(network)
    assert replace_box_head(changed, 2) is changed
    last = changed.roi_heads.box_predictor
    assert (last.cls_score.in_features, last.cls_score.out_features) == (1024, 2)
    assert (last.bbox_pred.in_features, last.bbox_pred.out_features) == (1024, 8)
    states = [
        {name: v for name, v in each.state_dict().items() if "box_predictor" not in name} for each in (network, changed)
    ]
    assert equal(*states) and len(states[0]) == len(network.state_dict()) - 4


@pytest.mark.parametrize("classes", [1, 0, -3])
def test_fewer_than_two_classes_are_refused(network, classes):
    from cnnlab.models.faster_rcnn import faster_rcnn, replace_box_head

    old = network.roi_heads.box_predictor
    for build in (faster_rcnn, lambda classes: replace_box_head(network, classes)):
        with pytest.raises(OptionError, match=rf"classes={classes}\n  allowed: 2 or more: background"):
            build(classes)
    assert network.roi_heads.box_predictor is old


@pytest.mark.parametrize("replaced", [False, True])
def test_boxes_and_scores_are_float32_where_layers_compute_in_bfloat16(network, pictures, replaced):
    import torch

    from cnnlab.models.faster_rcnn import replace_box_head

    network = replace_box_head(copy.deepcopy(network), 2) if replaced else network
    kinds = {}

    def watch(layer, name):
        return layer.register_forward_hook(lambda _layer, _inputs, output: kinds.update({name: output}))

    hooks = [
        watch(layer, name)
        for layer, name in (
            (network.backbone.body.layer4[2].conv3, "trunk"),
            (network.rpn.head, "proposals"),
            (network.roi_heads.box_predictor, "head"),
        )
    ]
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        answers = network(pictures)
    for hook in hooks:
        hook.remove()
    assert kinds["trunk"].dtype == torch.bfloat16
    for each in (*kinds["proposals"][0], *kinds["proposals"][1], *kinds["head"]):
        assert each.dtype == torch.float32
    for answer in answers:
        assert answer["boxes"].dtype == answer["scores"].dtype == torch.float32


def test_the_frozen_normalisation_is_torchvisions(pictures):
    import torch
    from torchvision.ops import FrozenBatchNorm2d

    from cnnlab.models.faster_rcnn import FrozenNorm

    ours, theirs = FrozenNorm(3, eps=0.01), FrozenBatchNorm2d(3, eps=0.01)
    for each in (ours.weight, ours.bias, ours.running_mean):
        each.normal_()
    ours.running_var.uniform_(0.5, 2)
    theirs.load_state_dict(ours.state_dict())
    torch.testing.assert_close(ours(pictures[0][None]), theirs(pictures[0][None]))
    assert not list(ours.parameters()) and ours(pictures[0][None].bfloat16()).dtype == torch.bfloat16
