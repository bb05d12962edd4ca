"""The listing under "Qué probar después" of a10-detector runs as it is printed."""

import pytest

CHAPTER = "a10-detector"


@pytest.mark.torch
def test_the_two_suppressions_leave_the_same_boxes(listing, printed):
    ((count, same),) = [line.split() for line in printed(listing(CHAPTER, "lst-detector"))]
    assert 100 < int(count) < 500 and same == "True"
