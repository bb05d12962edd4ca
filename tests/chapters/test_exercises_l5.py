"""The listings under "Qué probar después" of l5-transferencia run as they are printed, one with less to compute."""

import pytest

CHAPTER = "l5-transferencia"


def kept(name):
    from cnnlab.results import load

    return load(name)


def test_a_line_for_shuffled_labels(listing, printed):
    rows = [line.split() for line in printed(listing(CHAPTER, "lst-transferencia-azar"))]
    lines = kept("transfer_pets_maps").lines
    assert [row[:2] for row in rows[::3]] == [[each.key, str(each.errors[0])] for each in lines]
    assert all(int(mixed) > int(errors) for _, errors, mixed in rows)


def test_the_vote_of_three_seeds(listing, printed):
    rows = [line.split() for line in printed(listing(CHAPTER, "lst-transferencia-voto"))]
    assert len(rows) == 6
    for name, alternative, vote, never in rows:
        right = kept(name).right(alternative)
        assert right.all(axis=0).mean() <= float(vote) <= right.any(axis=0).mean()
        assert int(never) == (~right.any(axis=0)).sum()


@pytest.mark.torch
@pytest.mark.data("catsdogs", "resnet50_v1_keras.fp16.safetensors")
def test_a_machine_on_a_frozen_network(listing, printed):
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install -r requirements.txt")
    code = listing(CHAPTER, "lst-transferencia-propias", ("PHOTOS = 40", "PHOTOS = 4"))
    count, share, cost = printed(code)[-1].split()
    assert int(count) >= 8 and float(share) > 0.5 and float(cost) > 0
