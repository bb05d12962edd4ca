"""Plain and residual networks of two depths while they are trained: does the deeper one fit its training set worse?

Chapter: a02-bloques-residuales.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cnnlab.results import Result, Run, experiment
from cnnlab.training.recipe import SgdRecipe

if TYPE_CHECKING:
    from pathlib import Path

    from torch.utils.data import Dataset

RECIPE = SgdRecipe(epochs=8, batch=128, learning_rate=0.1, warmup=0.0, weight_decay=1e-4, smoothing=0.0, workers=0)


@dataclass(frozen=True)
class Options:
    """depths: 6n + 2. seeds: of the weights and of the order of the examples. pictures: how many of MNIST's 60,000
    training digits, the first ones. width: channels of the first stage. recipe: its seed is not used.
    """

    depths: tuple[int, ...] = (20, 56)
    seeds: tuple[int, ...] = (0, 1, 2)
    pictures: int = 4096
    width: int = 8
    recipe: SgdRecipe = RECIPE


@dataclass(frozen=True)
class Trained:
    """The last epoch of the networks of a depth. error: share of training digits classified wrongly while it learns,
    mean over the seeds; error_least, error_most: its extremes over them. loss: cross-entropy in nats, mean over the
    seeds.
    """

    depth: int
    shortcuts: bool
    parameters: int
    error: float
    error_least: float
    error_most: float
    loss: float


@dataclass(frozen=True)
class PlainTraining(Result):
    """seeds, epochs, batch, width, pictures: as in the options; networks: by depth, the residual one first.

    learning_rate: its maximum.
    """

    seeds: int
    epochs: int
    batch: int
    width: int
    pictures: int
    learning_rate: float
    networks: tuple[Trained, ...]


@experiment(
    "plain_training",
    options=Options,
    result=PlainTraining,
    engine="torch",
    data=("mnist",),
    smoke=dict(depths=(8,), seeds=(0,), pictures=64, width=4, recipe=replace(RECIPE, epochs=1, batch=32)),
)
def plain_training(options: Options, run: Run) -> PlainTraining:
    """Training error by epoch of plain networks and of their residual twins, which have as many parameters.

    The networks are those of He et al. 2016, section 4.2, narrower and with stride 2 in the first convolution, so that
    they are trained in minutes. No other digits are looked at: what is compared is how well each fits.

    Arrays: `error_with_<depth>` and `error_without_<depth>`, (seeds, epochs), shares of the training digits classified
    wrongly, each in the batch that it was trained with; `loss_…`, cross-entropy in nats.

    `cnnlab run plain_training`: in the last epoch the plain network of 56 layers errs on 30 to 50 %, that of 20 and
    the residual ones on less than 1 %. One CPU core: 3 minutes.
    """
    import numpy as np

    rows = []
    examples = _digits(run.data("mnist"), options.pictures)
    for depth in options.depths:
        for shortcuts in (True, False):
            trained = [_train(depth, shortcuts, seed, examples, options, run) for seed in options.seeds]
            curves = np.array([curve for _, curve in trained])  # (seeds, epochs, 2)
            name = f"{'with' if shortcuts else 'without'}_{depth}"
            run.array(f"error_{name}", curves[:, :, 0])
            run.array(f"loss_{name}", curves[:, :, 1])
            last = curves[:, -1, 0]
            rows.append(
                Trained(
                    depth=depth,
                    shortcuts=shortcuts,
                    parameters=trained[0][0],
                    error=float(last.mean()),
                    error_least=float(last.min()),
                    error_most=float(last.max()),
                    loss=float(curves[:, -1, 1].mean()),
                )
            )
    return PlainTraining(
        seeds=len(options.seeds),
        epochs=options.recipe.epochs,
        batch=options.recipe.batch,
        width=options.width,
        pictures=options.pictures,
        learning_rate=options.recipe.learning_rate,
        networks=tuple(rows),
    )


def _digits(folder: Path, count: int) -> Dataset:
    """The first training digits for `train`: (1, 28, 28) with mean 0 and deviation 1 over all of them, and the label.

    The key of an example is (epoch, index); nothing is augmented.
    """
    import numpy as np
    import torch
    from torch.utils.data import Dataset

    from cnnlab.data import mnist

    images, labels = (each[:count] for each in mnist.load(folder, "train"))
    pixels = images[:, None].astype(np.float32)
    inputs, targets = torch.from_numpy((pixels - pixels.mean()) / pixels.std()), torch.from_numpy(labels.astype(int))

    class Digits(Dataset):
        def __len__(self) -> int:
            return len(targets)

        def __getitem__(self, key: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor]:
            return inputs[key[1]], targets[key[1]]

    return Digits()


def _train(
    depth: int, shortcuts: bool, seed: int, examples: Dataset, options: Options, run: Run
) -> tuple[int, list[tuple[float, float]]]:
    """The number of parameters, and (error, loss) of each epoch."""
    from cnnlab.models.small_resnet import small_resnet
    from cnnlab.training.classifier import smoothed_loss
    from cnnlab.training.loop import train

    run.seed(seed)
    network = small_resnet(depth, shortcuts=shortcuts, width=options.width)
    folder = run.checkpoints / f"{depth}-{'with' if shortcuts else 'without'}-{seed}"
    folder.mkdir(exist_ok=True)
    recipe = replace(options.recipe, seed=seed)
    _, curve = train(network, smoothed_loss(recipe.smoothing), examples, recipe, folder, device=run.device)
    parameters = sum(each.numel() for each in network.parameters())
    return parameters, [(1 - row["train_accuracy"], row["train_loss"]) for row in curve]
