"""How many steps a second our training loop makes on small pictures, against the loop that the course's document shows.

    python benchmarks/small_training.py [--rounds 3] [--pictures 6000] [--tested 1000] [--batch 32]

The network for Fashion-MNIST, on drawn pictures: one epoch, then loss and accuracy on all training and on all test
pictures. The document's loop: a picture at a time from an array by way of PIL to a tensor, a DataLoader that puts
batches together, float32, the default memory format, and all training pictures evaluated at once. Ours: batches cut out
of one array, channels-last, bfloat16 where the device multiplies it faster, evaluated by parts. The two take turns.
Prints a table and writes it with machine and versions to benchmarks/small_training.json; what to compare is the ratio.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from machine import about_machine, asked, compared, in_turns, print_rates, rounded, write
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from cnnlab import runtime
from cnnlab.data.distortion import NO_DISTORTION
from cnnlab.data.pixel_batches import PixelBatches, Scaling, whole
from cnnlab.data.pixels import Pixels
from cnnlab.experiments.fashion_cnn.compute import RECIPE
from cnnlab.experiments.small_classifiers.training import evaluated
from cnnlab.models.fashion import convolutional
from cnnlab.runtime import fastest_precision
from cnnlab.training.classifier import smoothed_loss
from cnnlab.training.loop import train
from cnnlab.training.recipe import ConstantRecipe

PACKAGES = ("torch", "torchvision", "accelerate")


def drawn(count: int, seed: int) -> Pixels:
    """Pictures of noise with random labels."""
    rng = np.random.default_rng(seed)
    return Pixels(rng.integers(0, 256, (count, 1, 28, 28), dtype=np.uint8), rng.integers(0, 10, count), 10)


class OneByOne(Dataset):
    """A picture as torchvision's data sets give it: an array, a PIL picture, a tensor."""

    def __init__(self, pixels: Pixels):
        self.images, self.labels = pixels.images[:, 0], pixels.labels.tolist()
        self.transform = transforms.ToTensor()

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        return self.transform(Image.fromarray(self.images[index])), self.labels[index]


def documents(training: Pixels, tested: Pixels, recipe: ConstantRecipe, device: str) -> float:
    """Seconds of an epoch and its evaluation as the document does them; the pictures to be evaluated are loaded before,
    which is not counted."""
    network = convolutional().to(device)
    optimiser, loss_of = torch.optim.Adagrad(network.parameters()), nn.CrossEntropyLoss()
    batches = DataLoader(OneByOne(training), shuffle=True, batch_size=recipe.batch)
    at_once = [next(iter(DataLoader(OneByOne(each), batch_size=len(each)))) for each in (training, tested)]
    begin = time.monotonic()
    network.train()
    for inputs, labels in batches:
        loss = loss_of(network(inputs.to(device)), labels.to(device))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        for inputs, labels in at_once:
            logits = network(inputs.to(device))
            loss_of(logits, labels.to(device)).item()
            (logits.argmax(1).cpu() == labels).float().mean().item()
    return time.monotonic() - begin


def ours(training: Pixels, tested: Pixels, recipe: ConstantRecipe, device: str) -> float:
    """Seconds of an epoch of `train` and of its evaluation on the same pictures; its checkpoint is not counted."""
    scaling = Scaling.of(training, False)
    splits = {"fitted": training, "test": tested}
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
        _, curve = train(
            convolutional(),
            smoothed_loss(0.0),
            PixelBatches(training, scaling, NO_DISTORTION),
            recipe,
            Path(folder),
            device=device,
            evaluate=lambda network: evaluated(network, splits, scaling),
            collate=whole,
        )
    return curve[0]["seconds"]


def main() -> int:
    given = asked(
        __doc__,
        ("rounds", 3, "turns of each loop"),
        ("pictures", 6000, "training pictures"),
        ("tested", 1000, "test pictures"),
        ("batch", 32, "pictures in a batch"),
    )
    device = runtime.start("torch").kind
    recipe = ConstantRecipe(**{**vars(RECIPE), "epochs": 1, "batch": given.batch})
    training, tested = drawn(given.pictures, 0), drawn(given.tested, 1)
    loops = {"document": documents, "ours": ours}
    seconds = in_turns(
        {name: lambda loop=loop: loop(training, tested, recipe, device) for name, loop in loops.items()}, given.rounds
    )
    ratio = compared(seconds["document"], seconds["ours"])
    print_rates(given.pictures // given.batch, "steps/s", seconds, ratio, f"{device}, {fastest_precision(device)}")
    record = about_machine(PACKAGES) | {
        "device": device,
        "precision": fastest_precision(device),
        "network": "CNN 16-32-64-128, 360,714 parameters",
        "batch": given.batch,
        "pictures": given.pictures,
        "tested": given.tested,
        "seconds": rounded(seconds),
        "ratio": ratio,
    }
    write(__file__, record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
