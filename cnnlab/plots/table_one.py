"""Table 1 of the paper, written from the specification that the networks are built from."""

STAGES = ("conv2_x", "conv3_x", "conv4_x", "conv5_x")
FIXED = "\u00a0"  # a space where a cell may not be broken: between convolutions it may


def rows(result, words) -> tuple[list[str], list[list[str]]]:
    """Header and rows for `lab.table`: the side of each stage's output and what stands in it, a network a column.

    The last two rows are multiply-adds in units of 10⁹: as counted here (stride in the 1×1), then as the paper prints.
    """
    networks = result.specification
    header = [words("stage"), words("output"), *(f"{network['depth']} {words('layers')}" for network in networks)]
    first = result.depths["50"]["stages"][0]["output"][0]
    sides = [block["size"][0] for block in result.depths["50"]["blocks"] if block["block"] == 1]

    def same(cell: str) -> list[str]:
        return [cell] * len(networks)

    stride = f"{words('stride')}{FIXED}2"
    body = [["conv1", words.size(first, first), *same(f"7×7,{FIXED}64, {stride}")]]
    body.append([words("max_pool"), words.size(sides[0], sides[0]), *same(f"3×3, {stride}")])
    for place, (stage, side) in enumerate(zip(STAGES, sides, strict=True)):
        body.append([stage, words.size(side, side), *(_cell(network, place) for network in networks)])
    body.append([words("classifier"), words.size(1, 1), *same(words("average_pool"))])
    counted = [result.depths[str(network["depth"])]["multiply_adds"] for network in networks]
    printed = [result.flops_table[str(network["depth"])] for network in networks]
    body.append([f"{words('multiply_adds')}, 10⁹", "–", *(words.decimal(count / 1e9, 2) for count in counted)])
    body.append([f"{words('printed')}, 10⁹", "–", *(words.decimal(count / 1e9, 1) for count in printed)])
    return header, body


def _cell(network: dict, place: int) -> str:
    """The convolutions of a block, and how many blocks: "[3×3, 64; 3×3, 64] × 2"."""
    convolutions = "; ".join(f"{side}×{side},{FIXED}{channels}" for side, channels in network["convolutions"][place])
    return f"[{convolutions}]{FIXED}×{FIXED}{network['blocks'][place]}"
