"""Table 1 of the paper, written from the specification that the networks are built from."""

NAMES = ("conv2_x", "conv3_x", "conv4_x", "conv5_x")


def rows(result, words) -> tuple[list[str], list[list[str]]]:
    """Header and rows for `lab.table`: a stage a row, its output's side, and its blocks in each of the networks."""
    networks = result.specification
    sides = [block["size"][0] for block in result.depths["50"]["blocks"] if block["block"] == 1]
    first = result.depths["50"]["stages"][0]["output"][0]
    same = [""] * (len(networks) - 1)
    header = [
        words("layer_name"),
        words("output_size"),
        *(f"{network['depth']} {words('layers')}" for network in networks),
    ]
    body = [
        ["conv1", words.size(first, first), f"7×7, 64, {words('stride')} 2", *same],
        ["", words.size(sides[0], sides[0]), f"3×3 {words('max_pool')}, {words('stride')} 2", *same],
    ]
    for place, (name, side) in enumerate(zip(NAMES, sides, strict=True)):
        body.append([name, words.size(side, side), *(_cell(network, place, words) for network in networks)])
    body.append(["", words.size(1, 1), words("average_pool"), *same])
    body.append(
        [
            words("multiply_adds"),
            "",
            *(words.power(result.depths[str(n["depth"])]["multiply_adds"], 2) for n in networks),
        ]
    )
    body.append([words("printed"), "", *(words.power(result.flops_table[str(n["depth"])], 1) for n in networks)])
    return header, body


def _cell(network: dict, place: int, words) -> str:
    convolutions = "; ".join(f"{side}×{side}, {channels}" for side, channels in network["convolutions"][place])
    return f"[{convolutions}] × {network['blocks'][place]}"
