"""The weights of SqueezeNet as a file of JavaScript, which a page can load from the disk as from a server.

A page that is opened as a file may not read the bytes of another one, but may run it as a script: the weights are a
text in it. Its digits are the characters of ASCII that stand for themselves in a text of JavaScript and take one byte.
"""

from __future__ import annotations

import json

import numpy as np

SKIPPED = '\n\r"\\'
DIGITS = "".join(chr(code) for code in range(1, 128) if chr(code) not in SKIPPED)
BASE = len(DIGITS)  # 123
LEVELS = (BASE**2 - 1) // 2  # a weight has two digits: from -LEVELS to LEVELS steps of its kernel
FINE = (BASE**4 - 1) // 2  # a step and a bias have four
NAME = "squeezenet.js"


def digits_of(numbers: np.ndarray, count: int) -> np.ndarray:
    """Whole numbers (n,) from 0 to BASE ** count - 1 as digits (n, count), uint8, the most significant first."""
    powers = BASE ** np.arange(count - 1, -1, -1, dtype=np.int64)
    return (numbers.astype(np.int64)[:, None] // powers % BASE).astype(np.uint8)


def script(digits: np.ndarray, steps: np.ndarray, biases: np.ndarray) -> str:
    """The file's text: it calls `squeezenetLoaded` with {steps, biases, text}.

    digits: (weights, 2), of each weight in steps, plus LEVELS; steps, biases: (kernels,). The text holds the weights,
    the steps as shares of the largest one, `steps`, and the biases as shares of the largest size of one, `biases`,
    plus one; the last two in parts of FINE.
    """
    most = float(steps.max()), float(np.abs(biases).max())
    shares = (steps / most[0], biases / most[1] + 1)
    fine = [digits_of(np.rint(share.astype(np.float64) * FINE), 4) for share in shares]
    codes = np.frombuffer(DIGITS.encode("ascii"), np.uint8)
    text = b"".join(codes[each].tobytes() for each in (digits, *fine)).decode("ascii")
    head = json.dumps({"steps": most[0], "biases": most[1]})[:-1]
    return f'squeezenetLoaded({head}, "text": "{text}"}});\n'
