"""Gradient norms of small networks. Chapter: a02-bloques-residuales."""

from types import SimpleNamespace

import numpy as np
import pytest


@pytest.mark.keras
def test_norms_of_every_convolution_are_kept_and_read_back(smoke):
    result, kept = smoke("shortcuts")
    assert [(row.depth, row.shortcuts) for row in result.depths] == [(18, True), (18, False)]
    for name in ("with_18", "without_18", "unnormalised_with_18"):
        assert kept.arrays[name].shape == (1, 17) and (kept.arrays[name] > 0).all()
    assert list(kept.arrays["sides_18"]) == [7] + [3] * 16
    row = result.depths[0]
    assert row.ratio == pytest.approx(kept.arrays["with_18"][0, 0] / kept.arrays["with_18"][0, -1])
    assert row.growth**16 == pytest.approx(row.ratio)

    for path in kept.checkpoints.glob("*.npy"):  # a run that goes on reads these instead of computing again
        np.save(path, np.ones((2, 17)))
    again, _ = smoke("shortcuts")
    assert again.depths[0].ratio == 1


@pytest.mark.keras
def test_the_blocks_of_a_stage_are_those_of_the_networks():
    from cnnlab.experiments.shortcuts.stages import BLOCKS
    from cnnlab.models.resnet_keras import SPECIFICATION

    assert {depth: blocks for depth, (_, blocks) in SPECIFICATION.items()} == BLOCKS


def drawn(law) -> SimpleNamespace:
    """A result whose norms after the first convolution are a law of (stage, block), for 34 layers in stages of 3, 4, 6
    and 3 blocks; the first convolution of each block is ten times the second.
    """
    seconds = [law(stage, block) for stage, count in enumerate((3, 4, 6, 3), 2) for block in range(1, count + 1)]
    norms = np.array([1.0, *(value for second in seconds for value in (10 * second, second))])
    return SimpleNamespace(arrays={"with_34": np.stack([norms / 2, norms * 2])})  # two seeds; their mean is the law


def test_growth_within_stages_and_at_projections_by_hand():
    from cnnlab.experiments.shortcuts.stages import block_norms, growth, straightness

    result = drawn(lambda stage, block: 5.0**-stage * 2.0**-block)
    assert [len(norms) for norms in block_norms(result, True, 34)] == [3, 4, 6, 3]
    assert block_norms(result, True, 34)[0] == pytest.approx([0.02, 0.01, 0.005])
    grown = growth(result, True, 34)
    assert grown.identity == pytest.approx(2 ** (1 + 2 + 4 + 1))
    assert grown.total == pytest.approx(5**3 * 2**2)  # stage 2, block 1 over stage 5, block 3
    assert grown.identity * grown.projections == pytest.approx(grown.total)
    assert grown.per_layer == pytest.approx(2**0.5)  # a block has two convolutions
    assert straightness(result, True, 34, stage=4)[0] == pytest.approx(1)
    assert straightness(drawn(lambda stage, block: block**-2.0), True, 34, stage=4)[1] == pytest.approx(1)


def test_laws_are_those_of_stages_with_three_blocks_or_more():
    from cnnlab.experiments.shortcuts.stages import BLOCKS, laws

    layers = {depth: 1 + sum(blocks) * (2 if depth < 50 else 3) for depth, blocks in BLOCKS.items()}
    norms = {f"with_{depth}": np.exp(-np.arange(1.0, count + 1))[None] for depth, count in layers.items()}
    fits = laws(SimpleNamespace(arrays=norms), True)
    assert len(fits) == 16 and (18, 2) not in fits and {(34, 2), (152, 4)} <= set(fits)
    assert all(exponential == pytest.approx(1) and power < 0.99 for exponential, power in fits.values())
