"""What the documents print: the table of VGG16 with the head of 002, and the four accuracies of 003.

Chapter: l5-transferencia.
"""

BLOCKS = ((64, 2, 224), (128, 2, 112), (256, 3, 56), (512, 3, 28), (512, 3, 14))  # channels, convolutions, side
PARAMETERS = {  # of the convolutions, in their order
    64: (1_792, 36_928),
    128: (73_856, 147_584),
    256: (295_168, 590_080, 590_080),
    512: (1_180_160, 2_359_808, 2_359_808),
}
LATER = (2_359_808, 2_359_808, 2_359_808)  # of the second block of 512 channels
HEAD = (
    ("AdaptiveAvgPool2d", (512, 1, 1), 0),
    ("Flatten", (512,), 0),
    ("Linear", (128,), 65_664),
    ("ReLU", (128,), 0),
    ("Dropout", (128,), 0),
    ("Linear", (1,), 129),
    ("Sigmoid", (1,), 0),
)
TOTALS = {"parameters": 14_780_481, "trained": 65_793, "frozen": 14_714_688}
GIGA = 15.36  # multiply-adds, in thousands of millions
MEGABYTES = {"input": 0.57, "passes": 103.36, "parameters": 56.38, "total": 160.32}
ACCURACIES = {"scratch": 0.72, "svm": 0.905, "plain": 0.925, "augmented": 0.96}  # of 003


def table() -> list[tuple[str, tuple[int, ...], int]]:
    """The rows of 002's table: kind of the layer, its output for one photo, its parameters."""
    rows: list[tuple[str, tuple[int, ...], int]] = []
    for place, (channels, count, side) in enumerate(BLOCKS):
        for parameters in LATER if place == len(BLOCKS) - 1 else PARAMETERS[channels][:count]:
            rows += [("Conv2d", (channels, side, side), parameters), ("ReLU", (channels, side, side), 0)]
        rows.append(("MaxPool2d", (channels, side // 2, side // 2), 0))
    return [*rows, *HEAD]
