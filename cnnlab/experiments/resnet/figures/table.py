"""Table 1 of the paper, written from the networks as they were built."""

from cnnlab.experiments.resnet.compute import Network, ResNets
from cnnlab.experiments.resnet.figures.names import stage_name
from cnnlab.experiments.resnet.layers import Layer
from cnnlab.words import NBSP, Words

GIGA = 1e9


def table_1(result: ResNets, words: Words) -> tuple[list[str], list[list[str]]]:
    """Heading and rows. Columns: stage, height × width of its output, the layers of the networks of basic blocks with
    their number in each, the same of the networks of bottlenecks. Last two rows, in units of 10⁹: the paper's FLOPs,
    and the multiply-adds of our networks.
    """
    kinds = {str(row.depth): row.kind for row in result.specification}
    groups = [[depth for depth in result.depths if kinds[depth] == kind] for kind in ("basic", "bottleneck")]
    heading = [words("stage"), words("output")]
    rows: list[list[str]] = [[stage, output] for stage, output, _, _ in _rows(result.depths[groups[0][0]], words)]
    printed, counted = [words("flops_of_paper"), ""], [words("mac_counted"), ""]
    for name, depths in zip(("block_basic", "block_bottleneck"), groups, strict=True):
        heading += [words(name), *depths]
        networks = [_rows(result.depths[depth], words) for depth in depths]
        for row, alike in zip(rows, zip(*networks, strict=True), strict=True):
            (layers,) = {layers for _, _, layers, _ in alike}
            row += [layers, *(times for _, _, _, times in alike)]
        printed += ["", *(words.decimal(result.depths[depth].printed / GIGA, 1) for depth in depths)]
        counted += ["", *(words.decimal(result.depths[depth].multiply_adds / GIGA, 2) for depth in depths)]
    return heading, [*rows, printed, counted]


def _rows(network: Network, words: Words) -> list[tuple[str, str, str, str]]:
    """Of each row but the last two: stage, output, layers, and how often they are repeated."""
    conv1, pool = network.layers[:2]
    out = [
        ("`conv1`", _side(conv1, words), f"{_kernel(conv1)}, {words('stride')} {conv1.stride}", "1"),
        ("", _side(pool, words), f"{words('max_short')} {pool.side}×{pool.side}, {words('stride')} {pool.stride}", "1"),
    ]
    for stage in ("conv2", "conv3", "conv4", "conv5"):
        first = [layer for layer in network.layers if layer.name.startswith(f"{stage}_block1_")]
        branch = [_kernel(layer) for layer in first if "_0_" not in layer.name]
        times = sum(f"conv{block.stage}" == stage for block in network.blocks)
        out.append((f"`{stage_name(stage, words)}`", _side(first[-1], words), "; ".join(branch), str(times)))
    return [*out, ("", words.size(1, 1), words("average_pool"), "1")]


def _kernel(layer: Layer) -> str:
    return f"{layer.side}×{layer.side},{NBSP}{layer.output[-1]}"


def _side(layer: Layer, words: Words) -> str:
    return words.size(*layer.output[:2])
