"""The listings under "Qué probar después" of a03-primera-etapa run as they are printed."""

import pytest

CHAPTER = "a03-primera-etapa"


@pytest.mark.keras
def test_shapes_of_the_handout_and_of_ours(listing, printed):
    lines = printed(listing(CHAPTER, "lst-relleno"))
    assert "(109, 109, 64)" in lines[1] and sum("(56, 56, 256)" in line for line in lines) > 3


def test_sides_for_other_inputs(listing, printed):
    lines = printed(listing(CHAPTER, "lst-lados-otros"))
    assert lines[5] == "224: pool [54, 56], conv3_x [27, 28], conv4_x [14, 14]"
