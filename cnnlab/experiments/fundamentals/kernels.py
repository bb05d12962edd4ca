"""Kernels of 3×3 that are written by hand, by the key of their name in `words.tsv`.

Chapter: l1-fundamentos.
"""

from cnnlab.experiments.fundamentals.printed import HORIZONTAL, SHARPEN, VERTICAL

NINTH = 1 / 9
KERNELS = {
    "kernel_vertical": VERTICAL,
    "kernel_horizontal": HORIZONTAL,
    "kernel_outline": ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
    "kernel_blur": ((NINTH,) * 3,) * 3,
    "kernel_sharpen": SHARPEN,
    "kernel_shift": ((0, 0, 0), (1, 0, 0), (0, 0, 0)),
}
