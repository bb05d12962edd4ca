"""The training of a detector, and its metrics, on drawn photos."""

import dataclasses

import numpy as np
import pytest

from cnnlab.errors import TrainingError
from cnnlab.training.recipe import Recipe

pytestmark = pytest.mark.torch
RECIPE = Recipe(
    epochs=2, batch=2, learning_rate=0.01, learning_rate_multipliers=(("backbone.first", 0.0),), warmup=0.5, workers=0
)


@pytest.fixture
def train(annotated, tiny_detector, tmp_path):
    """Train the tiny detector on four drawn photos; the network and the rows of its log."""

    def run(folder="training", recipe=RECIPE, **options):
        from cnnlab.data.scale_jitter import Jittered
        from cnnlab.training.detector import fine_tune

        (tmp_path / folder).mkdir(exist_ok=True)
        boxes = ((10, 8, 40, 30),), ((4, 4, 20, 20), (30, 20, 60, 44)), (), ((20, 10, 50, 40),)
        photos = [annotated(*each, number=k) for k, each in enumerate(boxes)]
        examples = Jittered(photos, 64, scales=(0.7, 1.5))
        return fine_tune(tiny_detector(), examples, photos[:2], recipe, tmp_path / folder, **options)

    return run


@pytest.fixture
def fixed():
    """Build a network that gives prepared answers, (score, box) pairs for each photo in turn."""
    import torch
    from torch import nn

    class Fixed(nn.Module):
        def __init__(self, *answers):
            super().__init__()
            self.weight, self.answers, self.seen = nn.Parameter(torch.zeros(1)), list(answers), []

        def forward(self, pictures):
            self.seen += pictures
            answer = self.answers.pop(0)
            boxes = torch.tensor([box for _, box in answer], dtype=torch.float32).reshape(-1, 4)
            return [{"boxes": boxes, "labels": torch.ones(len(boxes)), "scores": torch.tensor([s for s, _ in answer])}]

    return Fixed


# ---- training


def test_what_is_not_frozen_learns_and_the_rest_stays_bit_equal(train, tiny_detector):
    import torch

    first = tiny_detector().state_dict()
    network, rows = train(recipe=dataclasses.replace(RECIPE, epochs=1, batch=4))
    assert len(rows) == 1 and not network.training
    changed = {name for name, value in network.state_dict().items() if not torch.equal(value, first[name])}
    assert changed == {name for name in first if not name.startswith("backbone.first")} and len(changed) < len(first)


def test_the_loss_is_the_sum_of_the_four_that_are_logged(train, capsys):
    _, rows = train()
    assert [row["epoch"] for row in rows] == [1, 2]
    names = {name for name in rows[0] if name.startswith("train_")}
    assert names == {f"train_{each}" for each in ("classifier", "box_reg", "objectness", "rpn_box_reg", "seconds")}
    assert {"ap50", "ap", "true_positives", "false_positives", "false_negatives", "found"} < rows[0].keys()
    assert f"found {len(rows[0]['found'])}  seconds" in capsys.readouterr().err and len(rows[0]["found"]) > 0


def test_losses_are_summed_and_named():
    import torch

    from cnnlab.training.detector import loss_of

    pictures, targets = [torch.zeros(3, 4, 4)], [{"boxes": torch.zeros(0, 4)}]

    def network(*batch):
        assert batch == (pictures, targets)
        return {"loss_classifier": torch.tensor(1.5), "loss_rpn_box_reg": torch.tensor(0.25)}

    loss, values = loss_of(network, (pictures, targets))
    assert loss == 1.75 and values == {"classifier": 1.5, "rpn_box_reg": 0.25}


def interrupted(batches, label):
    if label.startswith("epoch 2"):
        raise KeyboardInterrupt
    return batches


def lasting(rows):
    return [{name: value for name, value in row.items() if not name.endswith("seconds")} for row in rows]


def test_resumed_equals_uninterrupted(train):
    import torch

    whole, rows = train("whole")
    with pytest.raises(KeyboardInterrupt):
        train("cut", progress=interrupted)
    torch.rand(7)
    resumed, again = train("cut")
    for one, other in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        assert torch.equal(one, other)
    assert lasting(rows) == lasting(again) and rows[0]["found"] != rows[1]["found"]


def test_a_checkpoint_cut_short_is_named(train, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        train("cut", progress=interrupted)
    path = tmp_path / "cut" / "training.pt"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(TrainingError, match=r"training\.pt is damaged(.|\n)*--force"):
        train("cut")


def test_a_training_that_is_finished_is_not_begun_again(train):
    _, rows = train()
    network, again = train(progress=lambda batches, label: pytest.fail("trained again"))
    assert lasting(again) == lasting(rows) and not network.training


# ---- what is found


def test_what_is_found_comes_in_order_of_photos(fixed, annotated):
    from cnnlab.training.detector import COLUMNS, network_detections

    network = fixed([(0.75, (1, 2, 3, 4)), (0.5, (5, 6, 7, 8))], [], [(0.25, (9, 10, 11, 12))])
    found = network_detections(network, [annotated((0, 0, 64, 48)), annotated(), annotated()])
    assert COLUMNS == ("photo", "score", "x1", "y1", "x2", "y2") and found.dtype == np.float32
    assert found.tolist() == [[0, 0.75, 1, 2, 3, 4], [0, 0.5, 5, 6, 7, 8], [2, 0.25, 9, 10, 11, 12]]
    assert network.seen[0].shape == (3, 48, 64) and network.seen[0][:, 20, 10].tolist() == [
        0,
        pytest.approx(200 / 255),
        0,
    ]


def test_nothing_found_has_the_same_columns(fixed, annotated):
    from cnnlab.training.detector import network_detections

    assert (
        network_detections(fixed([], []), [annotated(), annotated()]).shape
        == network_detections(fixed(), []).shape
        == (0, 6)
    )


FIRST, SECOND, ELSEWHERE = (0, 0, 10, 10), (20, 20, 40, 40), (50, 30, 60, 40)


def metrics(photos, *rows):
    from cnnlab.training import detector

    return detector.metrics(np.array(rows, np.float32).reshape(-1, 6), photos)


def counts(told):
    """True positives, false positives, false negatives."""
    return told["true_positives"], told["false_positives"], told["false_negatives"]


def test_metrics_by_hand(annotated):
    photos = [annotated(FIRST, SECOND), annotated()]
    rows = (0, 0.9, *FIRST), (0, 0.6, *ELSEWHERE), (0, 0.3, *SECOND), (1, 0.2, *FIRST)
    told = metrics(photos, *rows)
    assert [told["ap50"], told["ap"]] == pytest.approx([(51 + 50 * 2 / 3) / 101] * 2)
    assert counts(told) == (1, 1, 1)
    assert told["found"] == pytest.approx(np.array(rows))


def test_a_loose_box_counts_at_the_low_thresholds_alone(annotated):
    told = metrics([annotated((0, 0, 10, 10))], (0, 0.9, 0, 0, 10, 6.2))
    assert told["ap50"] == 1 and told["ap"] == pytest.approx(0.3) and told["true_positives"] == 1


def test_a_second_detection_of_a_box_is_a_false_positive(annotated):
    told = metrics([annotated(FIRST)], (0, 0.9, *FIRST), (0, 0.8, *FIRST))
    assert counts(told) == (1, 1, 0) and told["ap"] == 1


@pytest.mark.parametrize("score, right", [(0.5, 1), (0.49, 0)])
def test_a_score_of_one_half_is_enough_to_be_counted(annotated, score, right):
    told = metrics([annotated(FIRST)], (0, score, *FIRST))
    assert (*counts(told), told["ap"]) == (right, 0, 1 - right, 1)


def test_nothing_found_misses_everything(annotated):
    told = metrics([annotated(FIRST, SECOND), annotated()])
    assert (told["ap50"], told["ap"], *counts(told)) == (0, 0, 0, 0, 2)
    assert told["found"] == []


def test_the_photos_with_most_errors_come_first(annotated):
    from cnnlab.training.detector import worst_first

    photos = [annotated(FIRST), annotated(FIRST, SECOND), annotated(), annotated(FIRST)]
    rows = [(0, 0.9, *FIRST), (0, 0.4, *SECOND), (1, 0.9, *SECOND), (1, 0.8, *SECOND)]
    rows += [(2, 0.9, *FIRST), (3, 0.8, *FIRST)]
    assert worst_first(np.array(rows, np.float32), photos) == [1, 2, 0, 3]
    assert worst_first(np.zeros((0, 6), np.float32), photos) == [1, 0, 3, 2]


def test_a_log_says_how_many_were_found():
    from cnnlab.training.detector import LoggedDetections

    rows = LoggedDetections([[0, 0.9, 1, 2, 3, 4]] * 3)
    assert f"{rows:.4g}" == f"{rows}" == "3" and rows[0][1] == 0.9


def test_a_kept_photo_is_small_and_whole(annotated):
    from cnnlab.training.detector import thumbnail

    assert thumbnail(annotated(size=(600, 300))).size == (288, 144) and thumbnail(annotated(size=(60, 30))).size == (
        60,
        30,
    )
    assert thumbnail(annotated(size=(300, 600)), 100).size == (50, 100)


def test_test_photos_that_cannot_be_measured_are_named_before_the_training(annotated, tiny_detector, tmp_path):
    import dataclasses

    from cnnlab.data.annotations import Annotated
    from cnnlab.data.scale_jitter import Jittered
    from cnnlab.errors import DataError
    from cnnlab.training.detector import fine_tune

    whole = annotated((10, 8, 40, 30))
    broken = dataclasses.replace(whole.photo, content=whole.photo.content[:80])
    wrong = {
        "is no whole picture": [whole, Annotated(broken, [])],
        r"box 1 of photo-1\.png is \[70.0, 8.0, 90.0, 30.0\]": [Annotated(whole.photo, [[70, 8, 90, 30]])],
        "nothing is annotated in 2 test photos": [annotated(), annotated(number=2)],
    }
    for message, photos in wrong.items():
        with pytest.raises(DataError, match=message):
            fine_tune(tiny_detector(), Jittered([whole], 64, scales=(0.7, 1.5)), photos, RECIPE, tmp_path)
    assert not any(tmp_path.iterdir())
