"""The training loop of every network in the report.

AdamW (Loshchilov and Hutter 2019) or SGD with momentum, as the recipe asks, a linear warm-up and half a cosine
(Loshchilov and Hutter 2017, without restarts), or an optimiser at a constant learning rate; a moving average of the
weights where the recipe asks for one (Polyak and Juditsky 1992), channels-last tensors, bfloat16 where the device
multiplies it faster, a checkpoint after each epoch. Hugging Face's accelerate puts tensors on the device and shares a
batch out among processes.
"""

from __future__ import annotations

import dataclasses
import json
import math
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from accelerate import Accelerator, DataLoaderConfiguration
from torch import nn
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader, Dataset, IterableDataset

from cnnlab.errors import OptionError, TrainingError, nearest, storage
from cnnlab.runtime import autocast
from cnnlab.training.checkpoint import Checkpoint, not_finite
from cnnlab.training.identity import identity
from cnnlab.training.recipe import ConstantRecipe, Recipe, SgdRecipe


def train(
    network: nn.Module,
    loss_of: Callable,
    examples: Dataset,
    recipe: Recipe,
    folder: Path,
    *,
    device: str = "cpu",
    evaluate: Callable[[nn.Module], dict] | None = None,
    progress: Callable = lambda batches, label: batches,
    collate: Callable | None = None,
) -> tuple[nn.Module, list[dict]]:
    """Train `network` for the recipe's epochs, from the checkpoint in `folder` where there is one.

    loss_of(network, batch) -> (loss, {name: value}): the loss that is minimised, and what is to be logged of the batch.
    examples: a map-style dataset whose keys are (epoch, index), epoch from 1. evaluate(network) -> {name: value}: what
    is logged after each epoch, numbers, arrays or lists of them, by names that the row has not. progress(batches,
    label): passes the batches on. collate: makes examples a batch.

    Returns the network (with recipe.averaging a copy whose weights are the average), in eval mode, and a row per epoch:
    epoch, learning_rate, means as train_…, what `evaluate` returned, seconds.

    Raises: TrainingError where the loss, or a weight after an epoch, is not finite (the last checkpoint is kept), or a
    checkpoint is damaged or another training's: of other options, weights, loss or examples; OptionError for a batch
    larger than the number of examples, for multipliers of no parameter, for nothing to train, and where `loss_of` or
    `evaluate` gives what cannot be minimised or what a log cannot hold. The epoch after which `evaluate` fails is kept:
    it is evaluated when the training is taken up.
    """
    accelerator = Accelerator(cpu=device == "cpu", dataloader_config=DataLoaderConfiguration(split_batches=True))
    torch.manual_seed(recipe.seed)
    made_of = told(network, loss_of, examples, collate)
    batches = Batches(count_of(examples), recipe.batch, recipe.seed)
    loader = DataLoader(examples, batch_sampler=batches, num_workers=recipe.workers, collate_fn=collate)
    network = network.to(accelerator.device).to(memory_format=torch.channels_last)
    optimiser = optimiser_of(network, recipe)
    constant = isinstance(recipe, ConstantRecipe)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: 1.0 if constant else learning_rate_factor(step / len(batches), recipe)
    )
    with storage(folder):
        Path(folder).mkdir(parents=True, exist_ok=True)
    options = dataclasses.asdict(dataclasses.replace(recipe, workers=0))  # their number does not affect results
    average = AveragedModel(network, multi_avg_fn=moving_average(recipe.averaging)) if recipe.averaging else None
    evaluated = network if average is None else average.module
    kept = {"network": network, "optimiser": optimiser, "schedule": schedule}
    checkpoint = Checkpoint(Path(folder), options, made_of, **kept, **({} if average is None else {"average": average}))
    curve = checkpoint.resume()
    model, stepper, loader = accelerator.prepare(network, optimiser, loader)
    if curve and "seconds" not in curve[-1]:  # its evaluation has failed
        curve[-1] |= measured(evaluate, evaluated, curve[-1]) | {"seconds": curve[-1]["train_seconds"]}

    for epoch in range(len(curve) + 1, recipe.epochs + 1):
        begin, learning_rate = time.monotonic(), schedule.get_last_lr()[-1]
        batches.epoch = epoch
        training_mode(network, recipe)
        logged: list[dict] = []
        for batch in progress(loader, f"epoch {epoch} of {recipe.epochs}"):
            with autocast(accelerator.device.type):
                loss, values = loss_of(model, batch)
            check_loss(loss, f"in epoch {epoch}, batch {len(logged) + 1}", recipe)
            accelerator.backward(loss)
            stepper.step()
            stepper.zero_grad()
            schedule.step()
            if average is not None:
                average.update_parameters(network)
            logged.append(values)
        if name := not_finite(evaluated, dict(evaluated.named_parameters())):  # no loss has shown it
            raise diverged(f"{name} is not finite after epoch {epoch}", recipe)
        means = accelerator.reduce(mean_of(logged), reduction="mean")
        row = {"epoch": epoch, "learning_rate": learning_rate}
        row |= {f"train_{name}": float(value) for name, value in means.items()}
        row["train_seconds"] = time.monotonic() - begin
        curve.append(row)
        if accelerator.is_main_process:
            try:
                row |= measured(evaluate, evaluated, row)
                row["seconds"] = time.monotonic() - begin
            finally:
                checkpoint.save(curve)
            say(row, recipe.epochs - epoch)
        accelerator.wait_for_everyone()
    return evaluated.eval(), curve


def told(network: nn.Module, loss_of: Callable, examples: Dataset, collate: Callable | None) -> dict[str, dict]:
    """What a training depends on besides its recipe, told by `identity`: initial weights, loss, and examples by their
    class, attributes and collation. Buffers are left out: some are computed from the data, with rounding errors.
    """
    weights = {name: parameter.detach() for name, parameter in network.named_parameters()}
    attributes = {name: identity(value) for name, value in getattr(examples, "__dict__", {}).items()}
    return {
        "weights": {"at the beginning": identity(weights)},
        "loss": {"function": identity(loss_of)},
        "examples": attributes | {"class": identity(type(examples)), "collate": identity(collate)},
    }


def count_of(examples: Dataset) -> int:
    """How many examples there are. Raises: OptionError where they cannot be taken by their places."""
    able = hasattr(examples, "__len__") and hasattr(examples, "__getitem__")
    if not able or isinstance(examples, IterableDataset):
        what = f"examples of type {type(examples).__name__}"
        raise OptionError(what, allowed="a map-style dataset: __len__(), and __getitem__((epoch, index))")
    return len(examples)  # type: ignore[arg-type]


class Batches:
    """Batch sampler: the (epoch, index) pairs of each batch, shuffled by the seed and the epoch alone.

    The incomplete batch at the end of an epoch is dropped. `epoch`, from 1, is set before each.

    Raises: OptionError for a batch of no examples or of more than `count`.
    """

    drop_last = True

    def __init__(self, count: int, batch: int, seed: int):
        if not 0 < batch <= count:
            raise OptionError(f"batch={batch}", allowed=f"1 to the number of training examples, {count}")
        self.count, self.batch_size, self.seed, self.epoch = count, batch, seed, 1

    def __len__(self) -> int:
        return self.count // self.batch_size

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        order = torch.randperm(self.count, generator=torch.Generator().manual_seed(self.seed * 100_003 + self.epoch))
        for k in range(len(self)):
            chosen = order[k * self.batch_size : (k + 1) * self.batch_size]
            yield [(self.epoch, index) for index in chosen.tolist()]


def optimiser_of(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """SGD with Nesterov's momentum for an SgdRecipe, AdamW for any other; its groups are those of `groups`.

    That of a ConstantRecipe is the one that it names, on all parameters alike.

    Raises: OptionError where there is nothing to train, and as `groups`.
    """
    if not list(network.parameters()):
        raise OptionError(f"{type(network).__name__} has no parameters", allowed="one or more that are trained")
    if isinstance(recipe, ConstantRecipe):
        return named_optimiser(network, recipe)
    each, rate, decay = groups(network, recipe), recipe.learning_rate, recipe.weight_decay
    if isinstance(recipe, SgdRecipe):
        return torch.optim.SGD(each, lr=rate, momentum=recipe.momentum, weight_decay=decay, nesterov=True)
    return torch.optim.AdamW(each, lr=rate, weight_decay=decay)


def named_optimiser(network: nn.Module, recipe: ConstantRecipe) -> torch.optim.Optimizer:
    """The optimiser of a ConstantRecipe, whose weight decay holds for biases, too, as torch's own does."""
    momentum = {"momentum": recipe.momentum} if recipe.optimiser == "SGD" else {}
    kind = getattr(torch.optim, recipe.optimiser)
    return kind(network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay, **momentum)


def groups(network: nn.Module, recipe: Recipe) -> list[dict]:
    """Parameter groups of the optimiser, by learning-rate multiplier and weight decay.

    Weights decay, biases and normalisations (one dimension) do not. Parameters of multiplier 0 are frozen in place.

    Raises: OptionError for a prefix with which no parameter's name begins, and where all are frozen.
    """
    found: dict[tuple[float, bool], list] = {}
    multipliers = recipe.learning_rate_multipliers
    for prefix, _ in multipliers:
        if not any(name.startswith(prefix) for name, _ in network.named_parameters()):
            layers = [name for name, _ in network.named_modules() if name]
            what = f"learning_rate_multipliers: no parameter of {type(network).__name__} begins with {prefix!r}"
            raise OptionError(what, allowed="beginnings of their names", remedy=nearest(prefix, layers))
    for name, parameter in network.named_parameters():
        factor = next((factor for prefix, factor in multipliers if name.startswith(prefix)), 1.0)
        parameter.requires_grad_(factor > 0)
        if factor > 0:
            found.setdefault((factor, parameter.ndim > 1), []).append(parameter)
    if not found:
        raise OptionError(f"learning_rate_multipliers={multipliers!r}", allowed="one parameter or more not frozen")
    return [
        {"params": each, "lr": recipe.learning_rate * factor, **({} if decays else {"weight_decay": 0.0})}
        for (factor, decays), each in sorted(found.items(), key=lambda item: item[0])
    ]


def learning_rate_factor(epoch: float, recipe: Recipe) -> float:
    """The share of the highest learning rate after `epoch` epochs.

    A linear warm-up, then half a cosine down to 0.
    """
    if epoch < recipe.warmup:
        return (epoch + 0.01) / (recipe.warmup + 0.01)
    done = (epoch - recipe.warmup) / max(
        recipe.epochs - recipe.warmup,
        1e-9,
    )
    return 0.5 * (1 + math.cos(math.pi * min(done, 1.0)))


def moving_average(decay: float) -> Callable:
    """The update of an AveragedModel: its decay rises from 0.1 to `decay`, so that the first weights fade soon."""

    @torch.no_grad()
    def update(averages: list, weights: list, updates: torch.Tensor) -> None:
        risen = (1 + updates.item()) / (10 + updates.item())
        torch._foreach_lerp_(averages, weights, 1 - min(decay, risen))

    return update


def training_mode(network: nn.Module, recipe: Recipe) -> None:
    """Set a network to train mode; with recipe.frozen_norms its batch normalisation stays in eval mode."""
    network.train()
    if recipe.frozen_norms:
        for layer in network.modules():
            if isinstance(layer, nn.modules.batchnorm._BatchNorm):
                layer.eval()


def check_loss(loss: object, place: str, recipe: Recipe) -> None:
    """Raise OptionError for a loss that cannot be minimised, TrainingError for one that is not finite; place: where."""
    if not isinstance(loss, torch.Tensor) or loss.numel() != 1 or not loss.requires_grad:
        form = f"{tuple(loss.shape)}, requires_grad={loss.requires_grad}" if isinstance(loss, torch.Tensor) else ""
        what = f"loss_of gives a loss of type {type(loss).__name__} {form}".rstrip()
        raise OptionError(what, allowed="a tensor of one number, computed with the network's parameters")
    if not math.isfinite(loss.item()):
        raise diverged(f"the loss is {loss.item()} {place}", recipe)


def diverged(what: str, recipe: Recipe) -> TrainingError:
    """The error of a training whose numbers are not finite; what: which."""
    remedy = f"a learning rate below {recipe.learning_rate}, or a longer warm-up; the last checkpoint is kept"
    return TrainingError(what, allowed="finite numbers", remedy=remedy)


def measured(evaluate: Callable[[nn.Module], dict] | None, network: nn.Module, epoch: dict) -> dict:
    """What `evaluate` says of a network, which is set to eval mode, as a log holds it: numbers, and lists of them.

    epoch: what the row of the epoch holds already. Raises: OptionError for anything else, and for a name of the row's.
    """
    row = evaluate(network.eval()) if evaluate else {}
    try:
        row = {name: value.tolist() if hasattr(value, "tolist") else value for name, value in row.items()}
        json.dumps(row)
    except (AttributeError, TypeError, ValueError) as error:
        raise OptionError(f"evaluate gives {row!r:.200}: {error}", allowed="{name: number}") from error
    if taken := [name for name in (*epoch, "seconds") if name in row]:
        raise OptionError(f"evaluate gives {', '.join(taken)}", allowed="names that the row of the epoch has not")
    return row


def mean_of(rows: list[dict]) -> dict[str, torch.Tensor]:
    """The mean of each logged value over the batches. Raises: OptionError for what has none."""
    names = list(rows[0])
    if other := next((list(row) for row in rows if row.keys() != rows[0].keys()), None):
        raise OptionError(f"loss_of logs {names} of a batch, {other} of another", allowed="the same names of each")
    try:
        return {
            name: torch.stack([torch.as_tensor(row[name]).detach().float() for row in rows]).mean() for name in names
        }
    except (TypeError, ValueError, RuntimeError) as error:
        raise OptionError(f"loss_of logs {rows[0]!r:.200}: {error}", allowed="{name: number}") from error


def say(row: dict, left: int) -> None:
    """Print the row of an epoch, with the time that the `left` epochs will take."""
    plain = (list, dict, str, type(None))  # their own format takes no number of digits
    shown = {key: f"{value:.4g}" for key, value in row.items() if type(value) not in plain}
    logged = "  ".join(f"{key} {text}" for key, text in shown.items() if key not in ("epoch", "learning_rate"))
    minutes = left * row["seconds"] / 60
    print(f"epoch {row['epoch']}: {logged}; about {minutes:.0f} min left", file=sys.stderr, flush=True)
