"""The listing under "Qué probar después" of a10-detector runs as it is printed."""

import re

import pytest

CHAPTER = "a10-detector"


@pytest.mark.torch
def test_the_two_suppressions_leave_the_same_boxes(listing, printed):
    (line,) = printed(listing(CHAPTER, "lst-detector"))
    count, same = re.fullmatch(r"(\d+) boxes left, the same with torchvision: (True|False)", line).groups()
    assert 100 < int(count) < 500 and same == "True"
