"""The listings under "Qué probar después" of l5-transferencia run as they are printed, one with less to compute."""

import re

import pytest

CHAPTER = "l5-transferencia"


def kept(name):
    from cnnlab.results import load

    return load(name)


def test_a_line_for_shuffled_labels(listing, printed):
    pattern = r"(\w+): (\d+) errors, shuffled (\d+)"
    rows = [re.fullmatch(pattern, line).groups() for line in printed(listing(CHAPTER, "lst-transferencia-azar"))]
    lines = kept("transfer_pets_maps").lines
    assert [row[:2] for row in rows[::3]] == [(each.key, str(each.errors[0])) for each in lines]
    assert all(int(mixed) > int(errors) for _, errors, mixed in rows)


def test_the_vote_of_three_seeds(listing, printed):
    pattern = r"(\w+) (\w+): vote (\S+)%, all wrong (\d+)"
    rows = [re.fullmatch(pattern, line).groups() for line in printed(listing(CHAPTER, "lst-transferencia-voto"))]
    assert len(rows) == 6
    for name, alternative, vote, never in rows:
        right = kept(name).right(alternative)
        least, most = (round(100 * each.mean(), 2) for each in (right.all(axis=0), right.any(axis=0)))
        assert least <= float(vote) <= most
        assert int(never) == (~right.any(axis=0)).sum()


@pytest.mark.torch
@pytest.mark.data("catsdogs", "resnet50_v1_keras.fp16.safetensors")
def test_a_machine_on_a_frozen_network(listing, printed):
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install -r requirements.txt")
    code = listing(CHAPTER, "lst-transferencia-propias", ("PHOTOS = 40", "PHOTOS = 4"))
    count, share, cost = re.fullmatch(r"(\d+) photos, (\S+)% right, cost (\S+)", printed(code)[-1]).groups()
    assert int(count) >= 8 and float(share) > 50 and float(cost) > 0
