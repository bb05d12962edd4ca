"""The experiments of detection with random weights, drawn photos and a planted detector."""

import json
from dataclasses import replace

import numpy as np
import pytest

from cnnlab.results import registry

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
def raccoons(smoke, drawn_raccoons, drawn_catsdogs):
    """Run `raccoons` with the drawn photos."""

    def run(recipe, start, **variants):
        from cnnlab.experiments.raccoons.compute import RECIPE

        changes = dict(recipe=replace(RECIPE, workers=0, **recipe), **FEW)
        sources = dict(raccoon=drawn_raccoons, catsdogs=drawn_catsdogs, detector_start=start)
        return smoke("raccoons", changes, variants, **sources)

    return run


def sound(result, kept, epochs):
    """What holds whatever the start: the numbers of photos and boxes, and what is kept of every epoch."""
    assert (result.photos, result.boxes, result.left_out) == (4, 4, (52, 74))
    assert [(each.number, each.size) for each in result.test] == [(number, (80, 60)) for number in (10, 50, 60)]
    assert [row.epoch for row in result.curve] == list(range(1, epochs + 1))
    assert all(row.true_positives + row.false_negatives == 4 for row in result.curve)
    assert result.training_seconds == sum(row.seconds for row in result.curve)
    found, epoch = kept.arrays["found"], kept.arrays["epoch"]
    assert found.shape == (len(epoch), 6) and set(epoch) <= set(range(1, epochs + 1))
    assert set(found[:, 0]) <= {0, 1, 2} and (found[:, 1] <= 1).all() and (np.diff(epoch.astype(int)) >= 0).all()
    assert (found[:, 2:] >= 0).all() and (found[:, 2:] <= (80, 60, 80, 60)).all()
    assert kept.arrays["true_photo"].tolist() == [0, 1, 2, 2]
    assert kept.arrays["true_boxes"].tolist()[0] == [20, 10, 68, 50] and kept.arrays["true_boxes"].shape == (4, 4)
    assert kept.arrays["band"].shape == (2, 101) and (kept.arrays["band"][0] <= kept.arrays["band"][1]).all()
    assert sorted(result.shown) == [0, 1, 2]
    sizes = {f"photo-{k}": (80, 60) for k in range(3)} | {f"alarm-{k}": (40, 30) for k in range(4)}
    assert {name: picture.size for name, picture in kept.pictures.items()} == sizes
    for precisions in (result.one_look, result.several_looks):
        for each in (precisions.ap50, precisions.ap75, precisions.ap):
            assert 0 <= each.low <= each.high <= 1
        assert precisions.by_iou[0] == precisions.ap50.value and np.mean(precisions.by_iou) == pytest.approx(
            precisions.ap.value
        )
    assert result.one_look.ap50.value == result.curve[-1].ap50
    assert result.one_look.ap.value == pytest.approx(result.curve[-1].ap)
    assert kept.arrays["several_looks"].shape[1] == 6
    best = kept.arrays["alarm"]
    assert kept.arrays["alarm_label"].tolist() == [0, 0, 1, 1] and (0 <= best).all() and (best <= 1).all()
    assert best[list(result.alarms)].tolist() == sorted(best.tolist(), reverse=True)
    assert kept.arrays["alarm_box"].shape == (4, 4) and kept.arrays["alarm_size"].tolist() == [[40, 30]] * 4


def test_a_detector_of_coco_learns_raccoons(raccoons, written, coco_weights):
    import torch

    from cnnlab.models.faster_rcnn import faster_rcnn
    from cnnlab.models.weights_torch import load

    result, kept = raccoons(dict(epochs=2, learning_rate_multipliers=FROZEN), coco_weights)
    sound(result, kept, 2)
    assert set(kept.arrays["epoch"]) == {1, 2}
    assert result.start == "coco" and result.trained_parameters == LEFT
    assert result.parameters == 41_755_286 - (1024 + 1) * 89 * 5
    network, first = load(faster_rcnn(2), kept.files["network.safetensors"]), load(faster_rcnn(), coco_weights)
    old, new = first.state_dict(), network.state_dict()
    for name in ("backbone.body.layer4.2.conv3.weight", "roi_heads.box_head.fc7.weight"):
        assert torch.equal(old[name], new[name])
    assert not torch.equal(old["rpn.head.cls_logits.weight"], new["rpn.head.cls_logits.weight"])
    told = written("raccoons", result, kept.arrays, kept.options)
    assert told["cats_photos"] == told["dogs_photos"] == ("2", "2")
    assert told["photos"] == ("4", "4") and told["left_out_numbers"] == ("52 y 74", "52 and 74")
    assert told["epochs"] == ("2", "2") and told["test_boxes"] == ("4", "4") and told["one_box"][1] == "25.0%"


def test_a_backbone_of_imagenet_learns_raccoons_at_the_recipes_rates(raccoons, weights):
    result, kept = raccoons(dict(epochs=1), weights["resnet50_keras"], detector_start="trunk in half precision")
    sound(result, kept, 1)
    # conv1 and the first stage are frozen, batch norms count as none
    first_stage = 64 * 64 + 3 * (64 * 64 * 9 + 64 * 256) + 64 * 256 + 2 * 256 * 64
    assert result.start == "imagenet" and result.parameters == 41_755_286 - (1024 + 1) * 89 * 5
    assert result.trained_parameters == result.parameters - 64 * 3 * 49 - first_stage


def test_trainings_with_other_seeds_and_the_other_split(smoke, drawn_raccoons, weights, written):
    from cnnlab.experiments.raccoons_seeds.compute import Training

    for part, other in (("train", "test"), ("test", "train")):  # the author's split the other way round
        content = (drawn_raccoons / f"instances_{part}_bing0037.json").read_bytes()
        (drawn_raccoons / f"instances_{other}.json").write_bytes(content)
    small = Training(recipe=replace(Training().recipe, epochs=1, workers=0), side=64, bootstrap_samples=100, **FEW)
    result, kept = smoke(
        "raccoons_seeds",
        dict(how=small, trainings=(("handout", 1), ("author", 0))),
        dict(detector_start="trunk in half precision"),
        raccoon=drawn_raccoons,
        detector_start=weights["resnet50_keras"],
    )
    told = [(each.split, each.seed, each.photos, each.test_photos, each.test_boxes) for each in result.trainings]
    assert told == [("handout", 1, 4, 3, 4), ("author", 0, 2, 6, 6)]
    assert set(kept.arrays) == {f"{kind}-{k}" for kind in ("found", "looks") for k in range(2)}
    assert all(found.shape[1] == 6 for found in kept.arrays.values())
    assert written("raccoons_seeds", result)["author_photos"] == ("2", "2")


def test_each_multiplier_belongs_to_a_part_of_the_network():
    import torch

    from cnnlab.experiments.raccoons.compute import MULTIPLIERS
    from cnnlab.models.faster_rcnn import faster_rcnn

    with torch.device("meta"):
        names = [name for name, _ in faster_rcnn(2).named_parameters()]
    for start, _ in MULTIPLIERS:
        assert any(name.startswith(f"{start}.") for name in names)


def test_recipes_are_compared_on_training_photos_alone(smoke, drawn_raccoons, weights):
    from cnnlab.experiments.raccoons_choices.compute import SMOKE, Look

    small = replace(SMOKE, recipe=replace(SMOKE.recipe, epochs=1, workers=0), **FEW)
    changes = dict(
        variants=(("base", small), ("whole", replace(small, whole_epochs=1))),
        looks=(("one", Look((64,), False)), ("mirror", Look((64,), True))),
        every=2,
    )
    start = weights["resnet50_keras"]
    result, kept = smoke(
        "raccoons_choices",
        changes,
        dict(detector_start="trunk in half precision"),
        raccoon=drawn_raccoons,
        detector_start=start,
    )
    assert (result.photos, result.held_out, result.epochs) == (2, 2, 1)
    told = [(each.variant, each.weights, each.look) for each in result.choices]
    names = [(w, look) for w in ("last", "average") for look in ("one", "mirror")]
    assert told == [(variant, *each) for variant in ("base", "whole") for each in names]
    assert {name: found.shape[1] for name, found in kept.arrays.items()} == {f"found-{place}": 6 for place in range(8)}


# ---- a planted detector on drawn photos


@pytest.fixture
def planted(monkeypatch):
    """Let YOLOX find in every photo a cat and a person, and give these candidates before suppression."""
    import torch

    from cnnlab.models import yolox

    class Planted:
        def __init__(self, path):
            self.path = path

        def __call__(self, pictures):
            boxes, scores = torch.tensor([[1.0, 2, 11, 12], [30, 30, 40, 40]]), torch.tensor([0.9, 0.6])
            return [{"boxes": boxes, "labels": torch.tensor([17, 1]), "scores": scores} for _ in pictures]

        def candidates(self, picture):
            boxes = torch.tensor([[1.0, 2, 11, 12], [1, 2, 11, 11], [30, 30, 40, 40], [0, 0, 5, 5]])
            scores = torch.zeros(4, 80)
            scores[:, yolox.CATEGORIES.tolist().index(17)] = torch.tensor([0.5, 0.9, 0.3, 0.1])
            return boxes, scores

    monkeypatch.setattr(yolox, "YoloX", Planted)


@pytest.fixture
def coco(drawn_coco):
    """The drawn photos: in one a cat and a person, in the other a person and a crowd of people."""
    path = drawn_coco / "instances_val2017_subset.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    listed["categories"] = [{"id": 1, "name": "person"}, {"id": 17, "name": "cat"}]
    rows = (
        (5001, 17, [1, 2, 10, 10], 0),
        (5001, 1, [50, 5, 10, 10], 0),
        (30213, 1, [25, 25, 20, 20], 1),
        (30213, 1, [0, 0, 9, 9], 0),
    )
    for number, (image, category, box, crowd) in enumerate(rows, 1):
        own = {"id": number, "image_id": image, "category_id": category, "bbox": box, "iscrowd": crowd, "area": 100.0}
        listed["annotations"].append(own)
    path.write_text(json.dumps(listed), encoding="utf-8")
    return drawn_coco


def test_what_is_found_in_coco_is_judged(smoke, written, planted, coco):
    result, _ = smoke("found_coco", coco=coco, yolox_nano=None)
    assert (result.photos, result.boxes, result.crowds) == (2, 3, 1)
    assert (result.categories, result.categories_of_one) == (2, 1)
    assert (result.true_positives, result.false_positives, result.false_negatives) == (1, 2, 2)
    assert 0 < result.coco["ap"] < 1 and result.ap50_low <= result.coco["ap50"] <= result.ap50_high
    assert len(result.coco) == 12 and result.coco["ap_large"] == -1 and result.coco["ap_small"] == result.coco["ap"]
    first, second = result.chosen.false_negatives
    assert (first.number, first.licence, first.size) == (5001, "CC BY 2.0", (64, 48))
    assert result.shown == result.shown_normalised == 4  # the planted detector looks at no pixel
    assert first.true_positives == (True, False) and first.judged == (True, True)
    assert first.false_negatives == ((50, 5, 60, 15),) and first.found.names == ("cat", "person")
    # the person lies in the crowd, which is neither right nor wrong
    assert second.true_positives == (False, False) and second.judged == (True, False)
    assert result.chosen.false_positives == ()
    told = written("found_coco", result)
    assert told["credits"][0] == "5001, CC BY 2.0; 30213, CC BY-SA 2.0" and told["missed"] == ("2", "2")


def test_errors_in_coco_are_told_apart(smoke, written, planted, coco):
    result, kept = smoke("found_coco", coco=coco, yolox_nano=None)
    # the cat over the other photo's person: IoU .45 with another class; the person of the first photo: nothing there
    counts = {"class": 0, "location": 0, "both": 1, "repeated": 0, "background": 1, "missed": 2}
    assert {each.kind: each.count for each in result.kinds} == counts
    assert {each.kind: each.of_all for each in result.kinds} == counts  # no detection is below the threshold
    assert all(each.gain == 0 for each in result.kinds)  # cats: right, wrong, of one; of people no box is found
    assert [(each.size, each.boxes, each.missed) for each in result.sizes] == [
        ("small", 3, 2),
        ("medium", 0, 0),
        ("large", 0, 0),
    ]
    assert [(each.name, each.boxes, each.missed) for each in result.missed_classes] == [("person", 2, 2)]
    assert result.missed_side == pytest.approx(416 / 64 * 9.5)  # of 10 and 9 pixels
    assert [(each.kind, each.number) for each in result.examples] == [
        ("both", 30213),
        ("background", 5001),
        ("missed", 5001),
    ]
    one, two, three = result.examples
    assert one.size == two.size == three.size == (64, 48)  # all of it, as it is smaller than what is shown
    assert one.found.names == ("cat",) and one.true_boxes == ((0, 0, 9, 9),) and one.true_names == ("person",)
    assert two.found.names == ("person",) and two.true_boxes == ()
    assert three.found.names == () and three.true_boxes == ((50, 5, 60, 15),)
    kinds = {"kind-both", "kind-background", "kind-missed"}
    assert set(kept.pictures) == {"photo-5001", "photo-30213", *kinds}
    told = written("found_coco", result)
    assert told["both_count"] == ("1", "1") and told["small_of_missed"] == ("100\u202f%", "100%")
    assert told["missed_classes"] == ("persona (2 de 2)", "person (2 of 2)")


def test_what_is_shown_of_a_photo_lies_around_the_boxes_and_inside_it():
    from cnnlab.experiments.found_coco.errors import around

    assert around(np.array([[100.0, 100, 200, 150]]), (640, 480)) == (70, 45, 230, 205)  # 160 pixels, .3 more each side
    assert around(np.array([[0.0, 0, 10, 10]]), (640, 480)) == (0, 0, 96, 96)
    assert around(np.array([[0.0, 0, 600, 300]]), (640, 480)) == (0, 0, 640, 480)


def test_of_each_class_the_best_hundred_count():
    from cnnlab.experiments.found_coco.errors import within

    assert within(np.array([1, 2, 1, 1, 2]), 2) == [True, True, True, False, True]


def test_what_is_found_in_photos_is_kept(smoke, written, planted, coco):
    result, kept = smoke("found_photos", coco=coco, yolox_nano=None)
    assert [each.number for each in result.photos] == [5001, 30213] and result.among == 2
    assert list(kept.pictures) == ["photo-5001", "photo-30213"] and kept.pictures["photo-5001"].size == (64, 48)
    assert result.photos[0].names == ("cat", "person") and result.photos[0].boxes[0] == (1, 2, 11, 12)
    told = written("found_photos", result)
    assert told["a_count"] == ("2", "2") and told["b_2"] == ("0,60", "0.60")
    assert told["credits"][1] == "5001, CC BY 2.0; 30213, CC BY-SA 2.0"


def test_the_busiest_photos_have_most_classes_but_not_too_many_detections():
    from cnnlab.detection.detections import Detections
    from cnnlab.experiments.found_photos.compute import busiest

    def with_classes(*names):
        count = len(names)
        return Detections(np.tile((0, 0, 5, 5), (count, 1)), np.ones(count, int), np.ones(count), names)

    found = [
        with_classes("a", "b"),
        with_classes("a", "b", "c", "d", "d"),
        with_classes("a", "b", "b"),
        with_classes("a"),
    ]
    assert busiest(found, 2, most=4) == [2, 0] and busiest(found, 1, most=5) == [1]


def test_candidates_before_suppression_are_kept(smoke, planted, coco):
    changes = dict(photo=5001, category="cat", side=128)
    result, kept = smoke("suppression", changes, coco=coco, yolox_nano=None)
    assert result.size == (128, 96) == kept.pictures["photo"].size and result.credit == "COCO 5001, CC BY 2.0"
    assert result.agreeing == result.asked == 101
    assert kept.arrays["boxes"].tolist() == [[2, 4, 22, 22], [2, 4, 22, 24], [60, 60, 80, 80]]
    assert kept.arrays["scores"] == pytest.approx([0.9, 0.5, 0.3])
    assert kept.arrays["true_boxes"].tolist() == [[2, 4, 22, 24]]


def test_faster_rcnn_is_measured_part_by_part(smoke, written):
    result, kept = smoke("faster_rcnn")
    assert result.parameters == result.tree[0].parameters == 41_755_286 and result.tree[0].kind == "FasterRCNN"
    sizes = {each.name: each.size for each in result.stages}
    assert sizes["photo"] == (3, 400, 600) and sizes["network_input"] == (3, 64, 96) and result.seen == (96, 64)
    assert sizes["C5"] == (2048, 2, 3) and sizes["P2"] == (256, 16, 24) and sizes["pooled"][1:] == (256, 7, 7)
    assert [each.cells for each in result.levels] == [(16, 24), (8, 12), (4, 6), (2, 3), (1, 2)]
    assert [each.anchors for each in result.levels] == [3 * 16 * 24, 3 * 8 * 12, 3 * 4 * 6, 3 * 2 * 3, 3 * 1 * 2]
    assert kept.arrays["anchors"].shape == (5, 3, 4) and kept.pictures["photo"].size == (600, 400)
    told = written("faster_rcnn", result)
    assert told["parameters"] == ("41\u202f755\u202f286", "41,755,286")
    # a scale and a shift for each of ResNet-50's 26,560 normalised channels
    assert told["between"] == ("53\u202f120", "53,120") and told["norm_channels"][1] == "26,560"


def test_the_model_is_instantiated_as_the_handout_asks_and_as_today(smoke):
    result, _ = smoke("faster_rcnn")
    handout, today, bare = result.instances
    assert handout.parameters == today.parameters == 41_755_286 and bare.parameters == bare.trained == 41_808_406
    assert handout.trained == today.trained == 41_755_286 - 64 * 3 * 49 - result_of(result, "backbone.body.layer1")
    assert [len(each.warnings) for each in result.instances] == [4, 0, 0]
    assert handout.warnings[0].startswith("UserWarning: The parameter 'pretrained' is deprecated")
    assert result.printed[0] == "FasterRCNN(" and result.printed[-1] == ")"
    for name in ("bn1", "relu", "maxpool", "extra_blocks"):
        assert any(f"({name}):" in line for line in result.printed)
        (kept,) = [each for each in result.tree if each.path.endswith(f".{name}")]
        assert kept.parameters == 0


def result_of(result, path) -> int:
    """The parameters of a part."""
    return next(each.parameters for each in result.tree if each.path == path)


def test_anchors_of_a_photo_are_assigned_to_its_objects(smoke, written, coco):
    result, kept = smoke("anchor_targets", dict(objects=2), coco=coco)
    assert result.photo == 5001 and result.fitting == 1 and result.credit == "COCO 5001, CC BY 2.0"
    assert result.size == (64, 48) == kept.pictures["photo"].size and result.seen == (85, 64)
    assert result.agreeing == result.anchors == result.positive + result.ignored + result.negative
    assert [each.name for each in result.targets] == ["cat", "person"] and sum(result.sampled) == 256
    assert kept.arrays["true_boxes"] == pytest.approx(np.array([[1, 2, 11, 12], [50, 5, 60, 15]]), abs=1e-4)
    for k, target in enumerate(result.targets):
        best, near, far = result.examples[3 * k : 3 * k + 3]
        assert best.overlaps[k] == target.best and best.outcome == "positive" and target.positives >= 1
        assert target.best >= near.overlaps[k] >= far.overlaps[k]
        assert (kept.arrays["positive_target"] == k).sum() == target.positives
    assert len(kept.arrays["positive"]) == result.positive and len(kept.arrays["ignored"]) == result.ignored
    assert (kept.arrays["sampled_target"] >= 0).sum() == result.sampled[0]
    assert written("anchor_targets", result)["worst_name"] in (("gato", "cat"), ("persona", "person"))


def test_a_photo_is_followed_through_both_suppressions(smoke, written, drawn_raccoons, weights):
    changes = dict(recipe=replace(registry.get("proposals").options().recipe, workers=0), sampled=8)
    sources = dict(raccoon=drawn_raccoons, resnet50_keras=weights["resnet50_keras"])
    result, kept = smoke("proposals", changes, **sources)
    assert result.photo == 60 and result.size == (80, 60) == kept.pictures["photo"].size and result.photos == 4
    assert result.same == (True, True) and result.agreeing == len(result.levels) == 5
    assert [each.anchors for each in result.levels] == [3 * 16 * 24, 3 * 8 * 12, 3 * 4 * 6, 3 * 2 * 3, 3 * 1 * 2]
    assert all(each.after <= each.before <= min(each.anchors, 1000) for each in result.levels)
    assert len(kept.arrays["before"]) == sum(each.before for each in result.levels)
    assert len(kept.arrays["after"]) == result.proposals <= min(1000, sum(each.after for each in result.levels))
    assert (np.diff(kept.arrays["scores"]) <= 0).all() and (kept.arrays["scores"] > 0.05).all()
    assert len(kept.arrays["kept"]) <= 100 and kept.arrays["true_boxes"].tolist()[0] == [0, 10, 30, 40]
    told = written("proposals", result, kept.arrays, registry.get("proposals").options())
    assert told["seconds"] == ("60", "60") and told["side"] == ("192", "192")
