"""Row A3."""

import pytest


@pytest.mark.keras
def test_handout_beside_table_one(smoke):
    values, _ = smoke("handout")
    assert (values["pool_size"], values["blocks"], values["output"]) == ([54, 54], 4, [54, 54, 256])
    assert values["table"]["output"] == [56, 56, 256] and values["table"]["blocks"] == 3
    assert values["names"] == [f"block_1_stage_{k}" for k in (1, 2, 3, 4)]
    assert [row["handout"][0] for row in values["later"]] == [27, 14, 7]
    assert [row["table"][0] for row in values["later"]] == [28, 14, 7]
    assert values["sizes"][-1]["table"] == []  # the fourth block is not in the table
