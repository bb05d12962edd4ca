"""The documents' numbers beside ours. Chapters: l1-fundamentos, z4-documentos."""

import pytest

from cnnlab.experiments import printed_numbers
from cnnlab.results import load
from cnnlab.words import Words


def pairs(rows):
    """{quantity: (printed, here)}; every row has the columns of the header, and no quantity stands twice."""
    assert all(len(row) == len(printed_numbers.HEADER) for row in rows)
    found = {quantity: (printed, here) for quantity, _, printed, here in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_sizes_of_document_002_are_found_again(lang):
    w = Words(lang)
    found = pairs(printed_numbers.fashion(load("fashion_layers"), w))
    assert len(found) == 1 + 16 + 6 + 4 and all(printed == here for printed, here in found.values())
    head = pairs(printed_numbers.vgg_head(load("architectures").head_of_002, w))
    assert len(head) == 8 and all(printed == here for printed, here in head.values())


def test_two_numbers_of_document_001_differ():
    found = pairs(printed_numbers.fundamentals(load("fundamentals"), Words("en")))
    computed = {quantity: both for quantity, both in found.items() if both[1] != "–"}
    differing = {quantity: both for quantity, both in computed.items() if both[0] != both[1]}
    assert differing == {"LeNet-5: layers": ("5", "7"), "AlexNet: outputs of `conv1`": ("253,440", "290,400")}
