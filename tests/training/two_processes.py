"""A small training, begun by `accelerate launch` in two processes or alone: prints its curve."""

import json
import os
import sys
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import Dataset

from cnnlab.training.classifier import smoothed_loss
from cnnlab.training.loop import train
from cnnlab.training.recipe import Recipe


class Points(Dataset):
    """Points of three classes, moved a little by epoch and index."""

    def __len__(self):
        return 48

    def __getitem__(self, place):
        epoch, index = place
        rng = torch.Generator().manual_seed(1000 * epoch + index)
        return torch.randn(6, generator=rng) + (index % 3), index % 3


def curve(folder, **changes):
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 3))
    recipe = Recipe(**{"epochs": 3, "batch": 8, "learning_rate": 0.02, "workers": 0, **changes})
    return train(network, smoothed_loss(0.1), Points(), recipe, Path(folder))


if __name__ == "__main__":
    rows = curve(sys.argv[1])[1]
    if os.environ.get("RANK", "0") == "0":
        print(json.dumps([[row["train_loss"], row["train_accuracy"]] for row in rows]))
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()
