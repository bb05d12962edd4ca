"""The training loop: what it computes can be checked by hand, and an interruption changes nothing."""

import json
import math
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cnnlab.errors import OptionError, StorageError, TrainingError
from cnnlab.training.recipe import Recipe

pytestmark = pytest.mark.torch
HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture
def small(monkeypatch):
    """The small training of two_processes.py as a module."""
    monkeypatch.syspath_prepend(HERE)
    import two_processes

    return two_processes


def test_rate_rises_in_a_line_and_falls_as_a_cosine():
    from cnnlab.training.loop import learning_rate_factor

    recipe = Recipe(epochs=10, warmup=2.0)
    assert learning_rate_factor(0, recipe) == pytest.approx(0.01 / 2.01)
    assert learning_rate_factor(1, recipe) == pytest.approx(1.01 / 2.01)
    assert learning_rate_factor(2, recipe) == 1.0 and learning_rate_factor(6, recipe) == pytest.approx(0.5)
    assert learning_rate_factor(10, recipe) == pytest.approx(0.0) == pytest.approx(learning_rate_factor(11, recipe))


def test_groups_give_each_parameter_its_factor_once():
    from torch import nn

    from cnnlab.training.loop import groups

    network = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 3), nn.Linear(3, 1))
    recipe = Recipe(epochs=1, learning_rate=1.0, learning_rate_multipliers=(("0.", 0.0), ("1.", 0.5)), weight_decay=0.1)
    found = [(group["lr"], group.get("weight_decay"), len(group["params"])) for group in groups(network, recipe)]
    assert sorted(found, key=str) == sorted([(0.5, 0.0, 1), (0.5, None, 1), (1.0, 0.0, 1), (1.0, None, 1)], key=str)
    assert [p.requires_grad for p in network.parameters()] == [False, False, True, True, True, True]


def test_multipliers_of_no_parameter_and_nothing_to_train_are_refused():
    from torch import nn

    from cnnlab.training.loop import optimiser_of
    from cnnlab.training.recipe import ConstantRecipe

    network = nn.ModuleDict({"layer4": nn.Linear(2, 1)})
    with pytest.raises(
        OptionError, match=r"no parameter of ModuleDict begins with 'layr4'(.|\n)*did you mean 'layer4'"
    ):
        optimiser_of(network, Recipe(epochs=1, learning_rate_multipliers=(("layer4", 0.5), ("layr4", 0.0))))
    with pytest.raises(
        OptionError, match=r"learning_rate_multipliers=(.*)\n *allowed: one parameter or more not frozen"
    ):
        optimiser_of(network, Recipe(epochs=1, learning_rate_multipliers=(("", 0.0),)))
    for recipe in (Recipe(epochs=1), ConstantRecipe(epochs=1)):
        with pytest.raises(OptionError, match="Identity has no parameters"):
            optimiser_of(nn.Identity(), recipe)


def test_sgd_takes_the_step_of_its_definition():
    import torch
    from torch import nn

    from cnnlab.training.loop import optimiser_of
    from cnnlab.training.recipe import SgdRecipe

    network = nn.Linear(1, 1, bias=False)
    nn.init.ones_(network.weight)
    optimiser = optimiser_of(network, SgdRecipe(epochs=1, learning_rate=0.1, weight_decay=0.5, momentum=0.9))
    steps = []
    for _ in range(2):
        optimiser.zero_grad()
        network(torch.ones(1, 1)).sum().backward()
        optimiser.step()
        steps.append(network.weight.item())
    # gradient g = 1 + 0.5 w; buffer b = g, then 0.9 b + g; step 0.1 (g + 0.9 b)
    first = 1 - 0.1 * (1.5 + 0.9 * 1.5)
    gradient = 1 + 0.5 * first
    assert steps == pytest.approx([first, first - 0.1 * (gradient + 0.9 * (0.9 * 1.5 + gradient))])


def test_a_constant_recipe_takes_the_optimiser_that_it_names_with_torchs_defaults(small, tmp_path):
    import torch
    from torch import nn

    from cnnlab.training.loop import optimiser_of, train
    from cnnlab.training.recipe import ConstantRecipe

    recipe = ConstantRecipe(epochs=2, batch=8, learning_rate=0.01, weight_decay=0.0, workers=0)
    ours, theirs = nn.Linear(2, 1), torch.optim.Adagrad(nn.Linear(2, 1).parameters())
    made = optimiser_of(ours, recipe)
    assert type(made) is torch.optim.Adagrad and made.defaults == theirs.defaults
    momentum = optimiser_of(ours, ConstantRecipe(epochs=1, optimiser="SGD", momentum=0.9)).defaults
    assert momentum["momentum"] == 0.9 and not momentum["nesterov"]
    network = nn.Linear(6, 3)
    _, curve = train(network, small.smoothed_loss(0.0), small.Points(), recipe, tmp_path)
    assert [row["learning_rate"] for row in curve] == [0.01, 0.01]


def test_batches_shuffle_every_epoch_and_repeat_none():
    from cnnlab.training.loop import Batches

    batches = Batches(10, 3, seed=0)
    first = list(batches)
    assert first == list(batches) and len(first) == len(batches) == 3
    batches.epoch = 2
    second = list(batches)
    assert {epoch for batch in second for epoch, _ in batch} == {2}
    indices = [index for batch in second for _, index in batch]
    assert len(set(indices)) == 9 and indices != [index for batch in first for _, index in batch]
    with pytest.raises(OptionError, match="batch=11"):
        Batches(10, 11, seed=0)


def test_the_loss_falls_and_the_log_says_so(small, tmp_path, capsys):
    network, rows = small.curve(tmp_path)
    assert [row["epoch"] for row in rows] == [1, 2, 3] and not network.training
    assert rows[-1]["train_loss"] < rows[0]["train_loss"]
    assert "epoch 3: train_loss" in capsys.readouterr().err


def test_the_average_of_the_weights_is_the_one_of_its_definition():
    from torch import nn
    from torch.optim.swa_utils import AveragedModel

    from cnnlab.training.loop import moving_average

    network = nn.Linear(1, 1, bias=False)
    average, expected = AveragedModel(network, multi_avg_fn=moving_average(0.25)), None
    for step, value in enumerate((4.0, 8.0, -2.0, 6.0)):
        nn.init.constant_(network.weight, value)
        average.update_parameters(network)
        decay = min(0.25, (1 + step) / (10 + step))  # 2/11, 3/12, then 0.25
        expected = value if expected is None else decay * expected + (1 - decay) * value
        assert average.module.weight.item() == pytest.approx(expected)


@pytest.mark.parametrize("averaging", [0.0, 0.9])
def test_resumed_equals_uninterrupted(small, tmp_path, averaging):
    import torch
    from torch import nn

    from cnnlab.training.loop import train

    def begun(folder, stop_in=None):
        torch.manual_seed(0)
        network = nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.Dropout(0.5), nn.Linear(16, 3))
        usual, calls = small.smoothed_loss(0.1), iter(range(10**6))

        def loss_of(model, batch):
            if stop_in is not None and next(calls) == stop_in:
                raise KeyboardInterrupt
            return usual(model, batch)

        folder.mkdir(exist_ok=True)
        recipe = Recipe(epochs=4, batch=8, learning_rate=0.02, workers=0, averaging=averaging)
        return train(network, loss_of, small.Points(), recipe, folder)

    whole, rows = begun(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        begun(tmp_path / "cut", stop_in=6 * 2 + 3)  # in the third epoch
    resumed, again = begun(tmp_path / "cut")
    assert all(
        torch.equal(a, b) for a, b in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True)
    )
    assert [row["train_loss"] for row in rows] == [row["train_loss"] for row in again]


def test_a_loss_that_is_not_finite_stops_and_keeps_the_checkpoint(small, tmp_path):
    import torch
    from torch import nn

    from cnnlab.training.loop import train

    count = iter(range(100))

    def nan_later(model, batch):
        loss = model(batch[0]).square().mean()
        return (loss * math.nan if next(count) == 8 else loss), {"loss": loss}

    recipe = Recipe(epochs=3, batch=8, workers=0, learning_rate=1e-4)
    with pytest.raises(TrainingError, match=r"the loss is nan in epoch 2, batch 3"):
        train(nn.Linear(6, 3), nan_later, small.Points(), recipe, tmp_path)
    kept = torch.load(tmp_path / "training.pt", weights_only=True)
    assert [row["epoch"] for row in json.loads(kept["curve"])] == [1]


@pytest.mark.parametrize("averaging", [0.0, 0.9])
def test_a_gradient_that_is_not_finite_in_the_last_batch_leaves_no_weights(small, tmp_path, averaging):
    """The loss of the batch is finite, and there is no other in the epoch to show it."""
    import torch
    from torch import nn

    from cnnlab.training.loop import train

    count = iter(range(100))

    def root_of_0_later(model, batch):
        loss = model(batch[0]).square().mean()
        return ((0 * loss).sqrt() if next(count) == 11 else loss), {"loss": loss}

    recipe = Recipe(epochs=2, batch=8, workers=0, learning_rate=1e-4, averaging=averaging)
    with pytest.raises(TrainingError, match=r"weight is not finite after epoch 2\n(.|\n)*the last checkpoint is kept"):
        train(nn.Linear(6, 3), root_of_0_later, small.Points(), recipe, tmp_path)
    kept = torch.load(tmp_path / "training.pt", weights_only=True)
    assert [row["epoch"] for row in json.loads(kept["curve"])] == [1]
    assert all(value.isfinite().all() for value in kept["states"]["network"].values())


LOSSES = {
    "a number": (lambda x, _: (1.0, {}), "loss_of gives a loss of type float\n *allowed: a tensor of one number"),
    "of each example": (lambda x, _: (x[:, 0], {}), r"a loss of type Tensor \(8,\), requires_grad=True"),
    "without gradient": (lambda x, _: (x.mean().detach(), {}), r"a loss of type Tensor \(\), requires_grad=False"),
    "text logged": (
        lambda x, _: (x.mean(), {"a": "x"}),
        r"loss_of logs \{'a': 'x'\}: (.|\n)*allowed: \{name: number\}",
    ),
    "names that change": (
        lambda x, batch: (x.mean(), {("b" if batch else "a"): 1}),
        r"loss_of logs \['a'\] of a batch, \['b'\] of another",
    ),
    "names that come": (
        lambda x, batch: (x.mean(), {"a": 1} | ({"b": 1} if batch else {})),
        r"loss_of logs \['a'\] of a batch, \['a', 'b'\] of another",
    ),
}


@pytest.mark.parametrize(("loss", "message"), LOSSES.values(), ids=LOSSES)
def test_a_loss_that_cannot_be_minimised_or_logged_is_named(small, tmp_path, loss, message):
    count = iter(range(100))
    with pytest.raises(OptionError, match=message):
        trained(small, tmp_path, loss_of=lambda network, batch: loss(network(batch[0]), next(count)))


def test_examples_without_places_are_refused(small, tmp_path):
    from torch import nn
    from torch.utils.data import IterableDataset

    from cnnlab.training.loop import train

    class Stream(IterableDataset):
        def __len__(self):
            return 8

        def __iter__(self):
            return iter(range(8))

    for examples in ((each for each in range(8)), Stream()):
        with pytest.raises(OptionError, match=r"examples of type (generator|Stream)\n *allowed: a map-style dataset"):
            train(nn.Linear(6, 3), small.smoothed_loss(0.1), examples, Recipe(epochs=1), tmp_path)


def not_a_number(kept):
    kept["states"]["network"]["bias"][1] = math.nan


CHANGES = {
    "rows twice": (lambda kept: kept.update(curve=json.dumps(2 * json.loads(kept["curve"]))), "its rows are not those"),
    "rows a number": (lambda kept: kept.update(curve="3"), "its rows are not those of the epochs 1, 2, 3"),
    "rows of numbers": (lambda kept: kept.update(curve="[1, 2]"), "'int' object"),
    "options a number": (lambda kept: kept.update(belongs_to="3"), "'int' object"),
    "no optimiser": (lambda kept: kept["states"].pop("optimiser"), "it lacks 'optimiser'"),
    "no state of an optimiser": (lambda kept: kept["states"].update(optimiser={}), "it lacks"),
    "a weight less": (lambda kept: kept["states"]["network"].pop("bias"), "Missing key(.*)bias"),
    "no random state": (lambda kept: kept["random"].clear(), "it lacks 'cpu'"),
    "weights not finite": (not_a_number, "bias of its network is not finite"),
}


@pytest.mark.parametrize(("change", "why"), CHANGES.values(), ids=CHANGES)
def test_a_checkpoint_that_was_changed_is_refused(begun, tmp_path, change, why):
    import torch

    begun()
    kept = torch.load(tmp_path / "training.pt", weights_only=True)
    change(kept)
    torch.save(kept, tmp_path / "training.pt")
    with pytest.raises(
        TrainingError, match=rf"training\.pt is damaged: (.|\n)*{why}(.|\n)*another folder or remove the file"
    ):
        begun()


@pytest.mark.parametrize("damage", ["truncated", "garbled"])
def test_a_damaged_checkpoint_is_named(small, tmp_path, damage):
    small.curve(tmp_path, epochs=1, warmup=0.5)
    path = tmp_path / "training.pt"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] if damage == "truncated" else b"\0" * len(content))
    with pytest.raises(TrainingError, match=r"training\.pt is damaged"):
        small.curve(tmp_path, epochs=1, warmup=0.5)
    assert path.exists()


def test_a_checkpoint_of_another_training_is_refused(small, tmp_path):
    from torch import nn

    from cnnlab.training.loop import train

    small.curve(tmp_path)
    with pytest.raises(TrainingError, match=r"options learning_rate is 0\.02 there and 0\.5 here"):
        small.curve(tmp_path, learning_rate=0.5)
    recipe = Recipe(epochs=3, batch=8, learning_rate=0.02, workers=0)
    with pytest.raises(TrainingError, match="belongs to another training: network"):
        train(nn.Linear(6, 3), small.smoothed_loss(0.1), small.Points(), recipe, tmp_path)


@pytest.fixture
def begun(small, tmp_path):
    """A training of two epochs, begun in a folder or taken up there, with what is given in the place of the usual."""
    import torch
    from torch import nn

    from cnnlab.training.loop import train

    def run(loss_of=None, examples=None, recipe=None, seed=0, collate=None, **changes):
        torch.manual_seed(seed)
        options = {"epochs": 2, "batch": 8, "learning_rate": 0.02, "workers": 0, **changes}
        parts = loss_of or small.smoothed_loss(0.1), examples or small.Points(), Recipe(**options)
        return train(nn.Linear(6, 3), *parts, tmp_path, collate=collate)

    return run


class Stored:
    """Examples in memory, changed by a transform."""

    def __init__(self, values, transform=None):
        self.values, self.transform = values, transform

    def __len__(self):
        return len(self.values)

    def __getitem__(self, place):
        values = self.values[place[1]]
        return self.transform(values) if self.transform else values, place[1] % 3


def doubled(values):
    return 2 * values


def test_a_checkpoint_of_other_weights_loss_or_examples_is_refused(begun, small, tmp_path):
    """A finished one too: its network would be returned as that of other data (TabPFN's issue 814)."""
    import torch

    values = torch.randn(48, 6)
    changed = values.clone()
    changed[40, 2] += 1
    network, rows = begun(examples=Stored(values))
    again, same = begun(examples=Stored(values.clone()))
    assert rows == same and torch.equal(network.weight, again.weight)
    others = {
        "weights at the beginning": {"seed": 1},
        "loss function": {"loss_of": small.smoothed_loss(0.2)},
        "examples values": {"examples": Stored(changed)},
        "examples transform": {"examples": Stored(values, doubled)},
        "examples class": {"examples": small.Points()},
        "examples collate": {"collate": torch.utils.data.default_collate},
    }
    for what, other in others.items():
        with pytest.raises(TrainingError, match=rf"another training: {what}(.|\n)*anew(.|\n)*another folder"):
            begun(**{"examples": Stored(values)} | other)


def test_an_older_checkpoint_is_taken_up(begun, tmp_path):
    """Those of earlier versions tell neither weights, loss nor examples."""
    import torch

    _, rows = begun()
    kept = torch.load(tmp_path / "training.pt", weights_only=True)
    told = json.loads(kept["belongs_to"])
    kept["belongs_to"] = json.dumps({"options": told["options"], "network": told["network"]})
    torch.save(kept, tmp_path / "training.pt")
    assert begun(seed=1)[1] == rows


def test_examples_that_are_used_again_are_the_same(begun, tmp_path):
    """What pictures in memory keep of an epoch is none of theirs."""
    from cnnlab.data.distortion import Distortion
    from cnnlab.data.pixel_batches import PixelBatches, Scaling, whole
    from cnnlab.data.pixels import Pixels

    pixels = Pixels(np.random.default_rng(0).integers(0, 256, (16, 1, 2, 3), dtype=np.uint8), np.arange(16) % 3, 3)
    examples = PixelBatches(pixels, Scaling.of(pixels, True), Distortion(mirrored=True))

    def loss_of(network, batch):
        loss = network(batch[0].flatten(1)).square().mean()
        return loss, {"loss": loss}

    _, rows = begun(loss_of, examples, collate=whole)
    assert begun(loss_of, examples, collate=whole)[1] == rows


# ---- what is evaluated


def trained(small, folder, evaluate=None, loss_of=None, epochs=2):
    import torch
    from torch import nn

    from cnnlab.training.loop import train

    torch.manual_seed(0)
    recipe = Recipe(epochs=epochs, batch=8, learning_rate=0.02, workers=0)
    loss_of = loss_of or small.smoothed_loss(0.1)
    return train(nn.Linear(6, 3), loss_of, small.Points(), recipe, folder, evaluate=evaluate)


def test_the_folder_is_made_where_it_is_missing(small, tmp_path):
    trained(small, str(tmp_path / "a" / "b"), epochs=1)
    assert (tmp_path / "a" / "b" / "training.pt").is_file()
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="a file lies where a folder is needed"):
        trained(small, tmp_path / "file" / "b")


def test_numbers_of_torch_and_numpy_are_logged(small, tmp_path):
    import torch

    def evaluate(network):
        values = {"tensor": network.weight[0, 0], "numpy": np.float32(0.5), "several": np.arange(2), "text": "a"}
        return values | {"none": None, "whole": torch.tensor(3)}

    network, rows = trained(small, tmp_path, evaluate)
    told = {
        "tensor": network.weight[0, 0].item(),
        "numpy": 0.5,
        "several": [0, 1],
        "text": "a",
        "none": None,
        "whole": 3,
    }
    assert {name: rows[-1][name] for name in told} == told
    assert trained(small, tmp_path, evaluate)[1] == rows

    def loss_of(network, batch):
        loss = network(batch[0]).square().mean()
        return loss, {"loss": loss, "number": 2, "numpy": np.float32(3)}

    (tmp_path / "plain").mkdir()
    _, rows = trained(small, tmp_path / "plain", loss_of=loss_of)
    assert (rows[0]["train_number"], rows[0]["train_numpy"]) == (2, 3)


@pytest.mark.parametrize("name", ["epoch", "learning_rate", "train_loss", "train_seconds", "seconds"])
def test_names_of_the_row_are_not_those_of_an_evaluation(small, tmp_path, name):
    with pytest.raises(OptionError, match=f"evaluate gives {name}\n *allowed: names that the row of the epoch has not"):
        trained(small, tmp_path, lambda network: {"half": 0.5, name: 7})
    _, rows = trained(small, tmp_path, lambda network: {"half": math.nan})  # where it is not defined
    assert [row["epoch"] for row in rows] == [1, 2] and all(math.isnan(row["half"]) for row in rows)


@pytest.mark.parametrize("answer", [{"set": {1}}, 0.5, None, {"object": object()}], ids=str)
def test_the_epoch_is_kept_where_its_evaluation_fails(small, tmp_path, answer, capsys):
    """What a log cannot hold was noticed after the epoch, and the epoch was lost."""
    _, whole = trained(small, tmp_path / "whole", lambda network: {"half": 0.5})
    with pytest.raises(OptionError, match=r"evaluate gives (.|\n)*allowed: \{name: number\}"):
        trained(small, tmp_path / "cut", lambda network: answer)
    capsys.readouterr()
    _, rows = trained(small, tmp_path / "cut", lambda network: {"half": 0.5})
    assert "epoch 1:" not in capsys.readouterr().err  # it is not trained again
    assert [row["half"] for row in rows] == [0.5, 0.5] and rows[0].keys() == whole[0].keys()
    assert [row["train_loss"] for row in rows] == [row["train_loss"] for row in whole]


def test_two_processes_give_the_curve_of_one(small, tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    _, rows = small.curve(tmp_path / "one")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--cpu", "--num_processes", "2", "--num_machines", "1", "--mixed_precision", "no"]
    options += ["--dynamo_backend", "no", "--num_cpu_threads_per_process", "1", "--main_process_port", str(port)]
    command = [sys.executable, "-m", "accelerate.commands.launch", *options]
    done = subprocess.run(
        [*command, str(HERE / "two_processes.py"), str(tmp_path / "two")],
        env={**os.environ, "PYTHONPATH": str(ROOT), "GLOO_SOCKET_IFNAME": "lo"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert len(found) == len(rows) == 3
    for (loss, accuracy), row in zip(found, rows, strict=True):
        assert loss == pytest.approx(row["train_loss"], rel=0.02)
        assert accuracy == pytest.approx(row["train_accuracy"], abs=0.03)
