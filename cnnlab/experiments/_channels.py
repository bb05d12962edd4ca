"""What prose says of the photos beside drawn channels (rows A7 and A9)."""

from cnnlab.words import Quantity, text


def credits(stages: list) -> Quantity:
    """Who made the photos that are shown, each once: COCO's by number and licence, the others by their collection."""
    shown = [credit for stage in stages for each in stage["channels"] for credit in each["credits"]]
    coco: dict[str, list[str]] = {}
    for credit in sorted(set(shown)):
        name, _, licence = credit.removeprefix("COCO ").partition(", ")
        if credit.startswith("COCO "):
            coco.setdefault(licence, []).append(name)
    told = "; ".join(f"{licence}: {', '.join(names)}" for licence, names in sorted(coco.items()))
    shipped = any(credit.startswith("scikit-image") for credit in shown)
    others = ", ".join([f"COCO ({told})"] * bool(coco) + ["scikit-image"] * shipped)
    return text(es=f"{others} y Oxford 102 Flowers", en=f"{others} and Oxford 102 Flowers")


def name(channel: int) -> Quantity:
    """The number by which a channel or class is called: without a mark between thousands."""
    return text(es=str(channel), en=str(channel))
