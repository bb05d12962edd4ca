"""Cells assigned to objects, and the loss, in squares of 32 pixels: 4×4, 2×2 and 1 cells."""

import math

import pytest

pytestmark = pytest.mark.torch
CELLS, LN2 = 16 + 4 + 1, math.log(2)
OBJECT = (4.0, 4.0, 20.0, 20.0)  # its centre, (12, 12), is that of cell 5
NEAR = (0, 1, 2, 4, 5, 6, 8, 9, 10, 16, 17, 18, 19, 20)  # within 12 pixels of it, 24 and 48 in the other grids
ELSEWHERE = (30.0, 30.0, 30.1, 30.1)


@pytest.fixture
def predicted():
    """Outputs (21, 6) with logits 0 whose boxes are these by cell, ELSEWHERE in the others."""
    import torch

    from cnnlab.models.yolox import grid

    def predict(boxes, classes=1):
        output = torch.zeros(CELLS, 5 + classes)
        cells, strides = grid(32)
        every = torch.tensor([boxes.get(cell, ELSEWHERE) for cell in range(CELLS)])
        output[:, :2] = (every[:, :2] + every[:, 2:]) / 2 / strides - cells
        output[:, 2:4] = ((every[:, 2:] - every[:, :2]) / strides).log()
        return output

    return predict


@pytest.fixture
def assigned():
    """{cell: object} that `assign` gives for outputs and objects, all of the first class or of those named."""
    import torch

    from cnnlab.models.yolox import corners, grid
    from cnnlab.training.yolox_loss import assign

    def run(output, *objects, labels=None):
        cells, strides = grid(32)
        truth = torch.tensor(objects).reshape(-1, 4)
        labels = torch.tensor(labels or [0] * len(objects), dtype=torch.long)
        found = assign(output, corners(output, 32), truth, labels, (cells + 0.5) * strides, strides)
        return dict(zip(found.cells.tolist(), found.objects.tolist(), strict=True)), found.iou.tolist()

    return run


def part(share):
    """A box inside OBJECT whose IoU with it is `share`."""
    return (4.0, 4.0, 20.0, 4 + 16 * share)


def test_an_object_gets_as_many_cells_as_its_ious_sum_to(predicted, assigned):
    output = predicted({5: OBJECT, 0: part(0.5), 20: part(0.8)})  # 2.3: two cells
    cells, iou = assigned(output, OBJECT)
    assert cells == {5: 0, 20: 0} and iou == pytest.approx([1, 0.8], abs=1e-4)
    cells, _ = assigned(predicted({5: OBJECT, 0: part(0.5), 20: part(0.8), 1: part(0.75)}), OBJECT)  # 3.05
    assert cells == {1: 0, 5: 0, 20: 0}


def test_it_gets_one_cell_where_no_box_fits(predicted, assigned):
    cells, iou = assigned(predicted({9: part(0.1), 17: part(0.2)}), OBJECT)
    assert cells == {17: 0} and iou == pytest.approx([0.2], abs=1e-4)


@pytest.mark.parametrize("cell", range(CELLS))
def test_only_cells_around_its_centre_can_be_its_own(predicted, assigned, cell):
    cells, _ = assigned(predicted({cell: OBJECT}), OBJECT)
    assert (cells == {cell: 0}) == (cell in NEAR) and len(cells) == 1


def test_at_most_ten_ious_are_summed(predicted, assigned):
    cells, _ = assigned(predicted(dict.fromkeys(NEAR, OBJECT)), OBJECT)
    assert len(NEAR) == 14 and len(cells) in (9, 10)  # ten times 1, rounded down


def test_a_wrong_class_costs_as_much_as_a_worse_box(predicted, assigned):
    output = predicted({0: part(0.8), 1: part(0.5)})  # 1.3: one cell; a difference of 3 ln 1.6 = 1.41 for the boxes
    assert assigned(output, OBJECT)[0] == {0: 0}
    output[0, 5] = -2.5  # the probability falls from √(½·½) to √(½·0.076): 0.94 more
    assert assigned(output, OBJECT)[0] == {0: 0}
    output[0, 5] = -4  # √(½·0.018): 1.66 more
    assert assigned(output, OBJECT)[0] == {1: 0}


def test_a_cell_goes_to_the_object_for_which_it_costs_less(predicted, assigned):
    other = (4.0, 4.0, 20.0, 16.0)
    output = predicted({5: OBJECT})
    assert assigned(output, OBJECT, other)[0] == {5: 0}
    assert assigned(output, other, OBJECT)[0] == {5: 1}
    output = predicted({5: OBJECT}, classes=2)
    output[5, 5:] = output.new_tensor([-9, 9])  # of the second class
    assert assigned(output, OBJECT, other, labels=[0, 1])[0][5] == 1


def test_without_objects_no_cell_is_assigned(predicted, assigned):
    assert assigned(predicted({5: OBJECT})) == ({}, [])


def test_the_cost_of_classes_by_hand():
    import torch

    from cnnlab.training.yolox_loss import class_cost

    output = torch.zeros(2, 7)
    output[1, 4], output[1, 5], output[1, 6] = 100, 100, math.log(0.25 / 0.75)  # probabilities 1, 1, √(1·¼) = ½
    cost = class_cost(output, torch.tensor([0, 1]))
    assert cost[0].tolist() == pytest.approx([2 * LN2, LN2], abs=1e-4)
    assert cost[1].tolist() == pytest.approx([2 * LN2, 100 + LN2], abs=1e-4)  # a probability of 0 costs 100


def network(*outputs):
    """One that answers these outputs, whatever the squares."""
    import torch

    return lambda squares: torch.stack(outputs)


def target(*boxes):
    import torch

    return {"boxes": torch.tensor(boxes).reshape(-1, 4), "labels": torch.ones(len(boxes), dtype=torch.long)}


def losses(outputs, targets):
    import torch

    from cnnlab.training.yolox_loss import loss_of

    loss, parts = loss_of(network(*outputs), ([torch.zeros(3, 32, 32)] * len(outputs), targets))
    return loss.item(), {name: value.item() for name, value in parts.items()}


def test_the_loss_of_one_cell_by_hand(predicted):
    loss, parts = losses([predicted({5: OBJECT})], [target(OBJECT)])
    assert parts == pytest.approx({"box": 0, "objectness": CELLS * LN2, "class": LN2}, abs=1e-4)
    assert loss == pytest.approx((CELLS + 1) * LN2, abs=1e-3)


def test_a_worse_box_costs_more_and_wants_its_class_less(predicted):
    output = predicted({5: part(0.6)})
    output[5, 5] = math.log(3)  # a probability of ¾, of which 0.6 is wanted
    loss, parts = losses([output], [target(OBJECT)])
    of_class = -0.6 * math.log(0.75) - 0.4 * math.log(0.25)
    assert parts == pytest.approx({"box": 1 - 0.36, "objectness": CELLS * LN2, "class": of_class}, abs=1e-3)
    assert loss == pytest.approx(5 * 0.64 + CELLS * LN2 + of_class, abs=1e-3)


def test_the_loss_is_divided_by_the_assigned_cells_of_all_squares(predicted):
    one, two = predicted({5: OBJECT}), predicted({5: OBJECT, 6: OBJECT})
    empty = predicted({})
    _, parts = losses([one, two, empty], [target(OBJECT), target(OBJECT), target()])
    assert parts["objectness"] == pytest.approx(CELLS * LN2, abs=1e-3)  # three squares, three cells
    assert parts["class"] == pytest.approx(LN2, abs=1e-3)


def test_without_objects_only_objectness_costs(predicted):
    loss, parts = losses([predicted({})], [target()])
    assert parts == pytest.approx({"box": 0, "objectness": CELLS * LN2, "class": 0}) and loss == parts["objectness"]


def test_what_is_right_costs_nothing_and_training_moves_towards_it(predicted):
    import torch

    from cnnlab.training.yolox_loss import loss_of

    output = predicted({5: OBJECT})
    output[:, 4], output[5, 4:] = -40, 40
    assert losses([output], [target(OBJECT)])[0] == pytest.approx(0, abs=1e-3)
    output = predicted({5: part(0.6)}).requires_grad_()
    optimiser, seen = torch.optim.SGD([output], lr=0.02), []
    for _ in range(400):
        loss, parts = loss_of(network(output), ([torch.zeros(3, 32, 32)], [target(OBJECT)]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        seen.append({"loss": loss.item(), "box": parts["box"].item()})
    assert seen[-1]["loss"] < seen[0]["loss"] / 2
    assert min(each["box"] for each in seen) < seen[0]["box"] / 2  # its gradient does not fade: it goes to and fro
