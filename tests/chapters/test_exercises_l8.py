"""The listing of l8-su-foto under "Qué probar después" runs as printed; the one for the console, in the page's test."""

import re

import pytest

CHAPTER = "l8-su-foto"


@pytest.mark.torch
@pytest.mark.slow
@pytest.mark.data("squeezenet1_1.safetensors")
def test_the_difference_falls_with_the_levels(listing, printed):
    lines = printed(listing(CHAPTER, "lst-foto-niveles", ("(7, 15, 31, 63, 127)", "(7, 127)")))
    pattern = r"L (\d+): same class (True|False), difference (\S+)"
    rows = [re.fullmatch(pattern, line).groups() for line in lines]
    assert [int(levels) for levels, *_ in rows] == [7, 127]
    assert float(rows[0][2]) > 10 * float(rows[1][2]) > 0
