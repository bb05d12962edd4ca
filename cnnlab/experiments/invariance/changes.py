"""Changes of pictures of digits: moved, turned, scaled, paler.

Chapter: l1-fundamentos.
"""

from __future__ import annotations

import math

import torch

DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1))  # right, left, down, up


def moved(pictures: torch.Tensor, pixels: float) -> torch.Tensor:
    """Pictures (n, 1, h, w) moved by whole pixels, the first to the right, then left, down, up, and so on; what enters
    is 0."""
    out, pixels = torch.zeros_like(pictures), int(pixels)
    for place, (right, down) in enumerate(DIRECTIONS):
        out[place::4] = shifted(pictures[place::4], right * pixels, down * pixels)
    return out


def shifted(maps: torch.Tensor, right: int, down: int = 0) -> torch.Tensor:
    """Maps (n, c, h, w) moved to the right and down by whole pixels; what enters is 0."""
    out = torch.zeros_like(maps)
    height, width = maps.shape[2:]
    to = slice(max(down, 0), height + min(down, 0)), slice(max(right, 0), width + min(right, 0))
    of = slice(max(-down, 0), height - max(down, 0)), slice(max(-right, 0), width - max(right, 0))
    out[..., to[0], to[1]] = maps[..., of[0], of[1]]
    return out


def turned(pictures: torch.Tensor, degrees: float) -> torch.Tensor:
    """Pictures (n, 1, h, w) turned about their centre, counter-clockwise where the angle is positive; bilinear."""
    angle = math.radians(degrees)
    return resampled(pictures, [[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0]])


def scaled(pictures: torch.Tensor, factor: float) -> torch.Tensor:
    """Pictures (n, 1, h, w) whose contents are `factor` times as large about their centre; bilinear."""
    return resampled(pictures, [[1 / factor, 0, 0], [0, 1 / factor, 0]])


def paler(pictures: torch.Tensor, factor: float) -> torch.Tensor:
    """Pictures whose ink is multiplied by a factor."""
    return factor * pictures


def resampled(pictures: torch.Tensor, matrix: list[list[float]]) -> torch.Tensor:
    """Pictures read at the places that a matrix (2, 3) gives, in coordinates from −1 to 1; 0 outside of them."""
    matrices = torch.tensor(matrix).expand(len(pictures), 2, 3)
    grid = torch.nn.functional.affine_grid(matrices, list(pictures.shape), align_corners=False)
    return torch.nn.functional.grid_sample(pictures, grid, align_corners=False)


CHANGES = {"moved": moved, "turned": turned, "scaled": scaled, "paler": paler}
