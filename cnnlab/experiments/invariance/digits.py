"""MNIST's digits as tensors, for training and for changes.

Chapter: l1-fundamentos.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch.utils.data import Dataset

from cnnlab.data import mnist


def digits(folder: Path, split: str, chosen: slice) -> tuple[torch.Tensor, np.ndarray]:
    """Pictures (n, 1, 28, 28), float32, 0 (paper) to 1 (ink), and their digits (n,), int64."""
    images, labels = (each[chosen] for each in mnist.load(folder, split))
    return torch.from_numpy(images[:, None].astype(np.float32) / 255), labels.astype(np.int64)


class Digits(Dataset):
    """Examples for `train`: a picture and its digit, asked for by (epoch, index); nothing is augmented."""

    def __init__(self, pictures: torch.Tensor, labels: np.ndarray):
        self.pictures, self.labels = pictures, labels.tolist()

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, key: tuple[int, int]) -> tuple[torch.Tensor, int]:
        return self.pictures[key[1]], self.labels[key[1]]
