"""The handout's code completed as printed and run, beside the network of table 1 (row A3)."""

from dataclasses import dataclass

from cnnlab.results import Run, experiment


@dataclass(frozen=True)
class Options:
    """Nothing to choose: the handout fixes it all."""


@experiment("handout", options=Options, engine="tensorflow")
def handout(options: Options, run: Run) -> dict:
    """Sizes, names and parameters of the handout's first stage and of table 1's, read off the two live models.

    `cnnlab run handout`: 54×54×256 after four blocks named stage 1 to 4; table 1: 56×56×256 after three. Seconds on a
    CPU.
    """
    import keras

    from cnnlab.models.handout_keras import build_handout
    from cnnlab.models.resnet_keras import SPECIFICATION, WIDTHS, block_convolutions, build_resnet, residual_block

    printed, network = build_handout(), build_resnet(50)
    blocks = [layer for layer in printed.layers if isinstance(layer, keras.layers.Add)]
    pool = next(layer for layer in printed.layers if isinstance(layer, keras.layers.MaxPooling2D))
    table_blocks = [layer for layer in network.layers if layer.name.startswith("conv2") and layer.name.endswith("_out")]
    stage = keras.Model(network.input, table_blocks[-1].output)

    x, later = printed.output, []
    for number, (count, width) in enumerate(zip(SPECIFICATION[50][1][1:], WIDTHS[1:], strict=True), start=2):
        for block in range(1, count + 1):
            convolutions = block_convolutions("bottleneck", width, stride=2 if block == 1 else 1)
            x = residual_block(x, convolutions, name=f"stage{number}_block{block}")
        later.append(
            {"stage": number, "handout": _size(x), "table": _size(network.get_layer(f"conv{number + 1}_block1_out"))}
        )

    rows = [
        ("input", printed.inputs[0], network.inputs[0]),
        ("conv1", printed.get_layer("conv1"), network.get_layer("conv1_conv")),
        ("pool", pool, network.get_layer("pool1_pool")),
    ]
    rows += [
        (f"block {k + 1}", blocks[k], table_blocks[k] if k < len(table_blocks) else None) for k in range(len(blocks))
    ]
    return {
        "pool_size": _size(pool)[:2],
        "blocks": len(blocks),
        "output": _size(printed.output),
        "parameters": printed.count_params(),
        "names": [layer.name.removeprefix("conv1_") for layer in printed.layers if layer.name.startswith("conv1_")],
        "table": {"output": _size(stage.output), "blocks": len(table_blocks), "parameters": stage.count_params()},
        "sizes": [
            {"layer": name, "handout": _size(a), "table": _size(b) if b is not None else []} for name, a, b in rows
        ],
        "later": later,
    }


def _size(node) -> list[int]:
    """(height, width, channels) of a tensor, or of what a layer gives."""
    return list(getattr(node, "output", node).shape[1:])
