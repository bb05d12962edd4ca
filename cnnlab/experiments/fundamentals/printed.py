"""What the two course documents print: inputs and results, digit by digit.

Chapter: l1-fundamentos.
"""

A = ((1.1, 1.2, 1.3), (2.1, 2.2, 2.3), (3.1, 3.2, 3.3))
K = (
    (0.11893535, -0.12021737, 0.2583796),
    (-0.22761738, -0.13269596, -0.02961969),
    (0.17413345, -0.3224947, -0.02875605),
)
CORRELATION, CORRELATION_SCIPY = -1.1027, -1.1026558
CONVOLUTION, CONVOLUTION_SCIPY = -0.2611, -0.2611365

IMAGE = (
    (60, 113, 56, 139, 85),
    (73, 121, 54, 84, 128),
    (131, 99, 70, 129, 127),
    (80, 57, 115, 69, 134),
    (104, 126, 123, 95, 130),
)
SHARPEN = ((0, -1, 0), (-1, 5, -1), (0, -1, 0))
FIRST = 114

EDGE = tuple((0.0,) * 6 + (1.0,) * 5 for _ in range(8))
VERTICAL = ((1, 0, -1), (1, 0, -1), (1, 0, -1))
HORIZONTAL = tuple(zip(*VERTICAL, strict=True))

ALEXNET_INPUT = 150_528
ALEXNET_NEURONS = (253_440, 186_624, 64_896, 64_896, 43_264, 4096, 4096, 1000)
