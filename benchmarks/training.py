"""How many photos a second our training loop learns from, against the plain loop that tutorials show.

    python benchmarks/training.py [--rounds 5] [--batches 8] [--batch 16] [--side 192]

ResNet-50 on drawn photos, all of it trained. The plain loop: float32, PyTorch's default memory format, the same AdamW,
the same augmented photos by the same DataLoader. Ours: channels-last, bfloat16 where the device multiplies it faster.
The two take turns, so that a change of the machine's load meets both. Prints a table and writes it with machine and
versions to benchmarks/training.json; what to compare is the ratio.
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
from torch.utils.data import DataLoader

from cnnlab import runtime
from cnnlab.data.augment import Augmented, augmentation
from cnnlab.data.photos import Photo
from cnnlab.models.heads import replace_head
from cnnlab.models.pretrained import resnet50
from cnnlab.runtime import fastest_precision
from cnnlab.training.classifier import smoothed_loss
from cnnlab.training.loop import Batches, train
from cnnlab.training.recipe import Recipe

PACKAGES = ("torch", "torchvision", "accelerate")


def drawn(count: int) -> list[Photo]:
    """Photos of noise, encoded, 256 × 224 pixels."""
    rng, photos = np.random.default_rng(0), []
    for number in range(count):
        buffer = io.BytesIO()
        Image.fromarray(rng.integers(0, 256, (224, 256, 3), dtype=np.uint8)).save(buffer, "JPEG")
        photos.append(Photo(buffer.getvalue(), number % 102, number, f"drawn {number}"))
    return photos


def plain(examples: Augmented, recipe: Recipe, device: str) -> float:
    """Seconds of an epoch of the plain loop."""
    network = replace_head(resnet50(), 102).to(device).train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    batches = Batches(len(examples), recipe.batch, recipe.seed)
    begin = time.monotonic()
    for inputs, labels in DataLoader(examples, batch_sampler=batches, num_workers=recipe.workers):
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(
            network(inputs.to(device)), labels.to(device), label_smoothing=recipe.smoothing
        )
        loss.backward()
        optimiser.step()
        loss.item()
    return time.monotonic() - begin


def ours(examples: Augmented, recipe: Recipe, device: str) -> float:
    """Seconds of an epoch of `train`, its checkpoint not counted."""
    network = replace_head(resnet50(), 102)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
        _, curve = train(network, smoothed_loss(recipe.smoothing), examples, recipe, Path(folder), device=device)
    return curve[0]["train_seconds"]


def main() -> int:
    given = asked(
        __doc__,
        ("rounds", 5, "turns of each loop"),
        ("batches", 8, "batches in a turn"),
        ("batch", 16, "photos in a batch"),
        ("side", 192, "pixels of a crop"),
    )
    device = runtime.start("torch").kind
    recipe = Recipe(epochs=1, batch=given.batch, learning_rate=1e-5)
    examples = Augmented(drawn(given.batches * given.batch), augmentation(given.side, 0.35))
    seconds = in_turns(
        {name: lambda loop=loop: loop(examples, recipe, device) for name, loop in (("plain", plain), ("ours", ours))},
        given.rounds,
    )
    ratio = compared(seconds["plain"], seconds["ours"])
    print_rates(len(examples), "photos/s", seconds, ratio, f"{device}, {fastest_precision(device)}")
    record = about_machine(PACKAGES) | {
        "device": device,
        "precision": fastest_precision(device),
        "network": "ResNet-50",
        "batch": given.batch,
        "side": given.side,
        "photos": len(examples),
        "seconds": rounded(seconds),
        "ratio": ratio,
    }
    write(__file__, record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
