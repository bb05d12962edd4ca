"""Where along a network the gradient's norm grows, from the kept norms: block by block, stage by stage.

Compared are the second convolutions of the blocks, 3×3 in both kinds of block: within a stage all have one shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnlab.experiments.shortcuts.compute import Shortcuts

BLOCKS = {  # in conv2_x … conv5_x, as in `cnnlab.models.resnet_keras.SPECIFICATION`, which needs Keras
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}


@dataclass(frozen=True)
class Growth:
    """Factors by which the norm grows from the last block of conv5_x to the first of conv2_x.

    identity: from the last identity block of each stage to its first, product over the stages. projections: the steps
    on either side of the first block of each stage, which projects. total: their product. per_layer: from the last
    block of each stage to its first, as a factor per convolution.
    """

    identity: float
    projections: float
    total: float
    per_layer: float


def block_norms(result: Shortcuts, shortcuts: bool, depth: int) -> list[np.ndarray]:
    """For each stage the norms (blocks,), geometric means over the seeds, with batch normalisation."""
    norms = np.exp(np.log(result.arrays[f"{'with' if shortcuts else 'without'}_{depth}"]).mean(0))
    by_block = norms[1:].reshape(sum(BLOCKS[depth]), -1)  # the first convolution is no block's
    return np.split(by_block[:, 1], np.cumsum(BLOCKS[depth])[:-1])


def growth(result: Shortcuts, shortcuts: bool, depth: int) -> Growth:
    """Where the norm grows in the network of a depth."""
    stages = block_norms(result, shortcuts, depth)
    identity = float(np.prod([stage[1] / stage[-1] for stage in stages]))
    total = float(stages[0][0] / stages[-1][-1])
    layers = (sum(BLOCKS[depth]) - len(stages)) * (2 if depth < 50 else 3)
    within = float(np.prod([stage[0] / stage[-1] for stage in stages]))
    return Growth(identity, total / identity, total, within ** (1 / layers))


def laws(result: Shortcuts, shortcuts: bool) -> dict[tuple[int, int], tuple[float, float]]:
    """`straightness` of every stage with three blocks or more, by depth and stage: fewer tell no law."""
    return {
        (depth, stage): straightness(result, shortcuts, depth, stage)
        for depth in BLOCKS
        for stage, count in enumerate(BLOCKS[depth], 2)
        if count > 2
    }


def straightness(result: Shortcuts, shortcuts: bool, depth: int, stage: int) -> tuple[float, float]:
    """How straight the logarithm of a stage's norms is, R²: against the block's number, an exponential; against its
    logarithm, a power. stage: 2 to 5.
    """
    norms = np.log(block_norms(result, shortcuts, depth)[stage - 2])
    number = np.arange(1, len(norms) + 1)
    return float(np.corrcoef(number, norms)[0, 1] ** 2), float(np.corrcoef(np.log(number), norms)[0, 1] ** 2)
