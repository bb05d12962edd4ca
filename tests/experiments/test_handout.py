"""The handout's first stage beside that of table 1. Chapter: a03-primera-etapa."""

import pytest


@pytest.mark.keras
def test_handout_beside_table_one(smoke):
    result, _ = smoke("handout")
    assert (result.pool_size, result.blocks, result.output) == ((54, 54), 4, (54, 54, 256))
    assert result.table.output == (56, 56, 256) and result.table.blocks == 3
    assert result.names == tuple(f"block_1_stage_{k}" for k in (1, 2, 3, 4))
    assert [row.handout[0] for row in result.later] == [27, 14, 7]
    assert [row.table[0] for row in result.later] == [28, 14, 7]
    assert result.sizes[-1].table == ()  # the fourth block is not in the table
    starts = {window.padding: (window.side, window.start, window.unread) for window in result.windows}
    assert starts == {"valid": (109, 0, 1), "same": (112, -2, 0), "3": (112, -3, 0)}


@pytest.mark.keras
def test_the_short_row_is_read_as_keras_reads_it():
    from cnnlab.experiments.handout import compute, figures
    from cnnlab.words import Words

    read = [
        compute._window(padding, figures.SHORT, figures.SMALL, stride)
        for padding, stride in (("valid", 1), ("same", 1), ("valid", 2), ("same", 2), ("1", 2))
    ]
    buttons = figures.interactive(words=Words("en")).layout.updatemenus[0].buttons
    for button, window, way in zip(buttons, read, figures.WAYS, strict=True):
        lines, texts = button.args
        struck, windows = lines["x"][2:]
        assert button.label == "{}+{}, stride {}".format(*way)
        assert texts["title.text"].endswith(f" = {window.side}")
        assert (len(windows[::3]), round(windows[0]), len(struck[::3])) == (window.side, window.start, window.unread)
