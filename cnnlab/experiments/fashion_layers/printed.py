"""The table that document 002 prints of its network for Fashion-MNIST: layer, size of its output, parameters.

Chapter: l2-fashion.
"""

LAYERS = (
    ("LeakyReLU", (1, 28, 28), 0),
    ("LeakyReLU", (1, 28, 28), 0),
    ("Conv2d", (16, 26, 26), 160),
    ("LeakyReLU", (16, 26, 26), 0),
    ("Conv2d", (32, 24, 24), 4640),
    ("LeakyReLU", (32, 24, 24), 0),
    ("MaxPool2d", (32, 12, 12), 0),
    ("Conv2d", (64, 10, 10), 18_496),
    ("LeakyReLU", (64, 10, 10), 0),
    ("Conv2d", (128, 8, 8), 73_856),
    ("LeakyReLU", (128, 8, 8), 0),
    ("MaxPool2d", (128, 4, 4), 0),
    ("Linear", (128,), 262_272),
    ("LeakyReLU", (128,), 0),
    ("LeakyReLU", (128,), 0),
    ("Linear", (10,), 1290),
)
PARAMETERS = 360_714
PASSES_MB, PARAMETERS_MB, TOTAL_MB = 0.73, 1.38, 2.11
LAST_MAP = (128, 4, 4)  # of a picture, before the dense layers
