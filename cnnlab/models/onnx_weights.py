"""Weights of the convolutions in an ONNX file, read without a package for such files.

The file is a protocol buffer: a message is a row of fields, each a number and a value, which may be a message again.
The numbers below are those of `onnx.proto`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from cnnlab.errors import DataError
from cnnlab.models.weights import REMEDY

GRAPH = 7  # of a model
NODE, INITIALISER = 1, 5  # of a graph
INPUT, OPERATION = 1, 4  # of a node
DIMENSION, TYPE, NAME, RAW_DATA = 1, 2, 8, 9  # of a tensor
FLOAT = 1  # a tensor's type
INTEGER, BYTES, FIXED = 0, 2, {1: 8, 5: 4}  # kinds of values; the bytes of those of fixed size


def convolutions(path: Path) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """(weight, bias) of each convolution, in the order in which the network computes them, on the CPU.

    Raises: DataError where the file is cut short, of another kind, or a convolution has no bias in float32.
    """
    try:
        graph = grouped(grouped(memoryview(Path(path).read_bytes()))[GRAPH][0])
        tensors = {bytes(each[NAME][0]): each for each in map(grouped, graph[INITIALISER])}
        inputs = [each[INPUT] for each in map(grouped, graph[NODE]) if each[OPERATION] == [b"Conv"]]
        return [(values(tensors[bytes(weight)]), values(tensors[bytes(bias)])) for _, weight, bias in inputs]
    except (OSError, IndexError, KeyError, ValueError, TypeError) as error:
        what = f"{path} cannot be read as an ONNX network: {type(error).__name__}: {error}"
        raise DataError(what, remedy=REMEDY) from error


def values(tensor: dict[int, list]) -> torch.Tensor:
    """The numbers of a tensor; ValueError unless they are float32."""
    if tensor[TYPE] != [FLOAT]:
        raise ValueError(f"a tensor of type {tensor[TYPE]}")
    return torch.from_numpy(np.frombuffer(tensor[RAW_DATA][0], "<f4").reshape(tensor[DIMENSION]).copy())


def grouped(message: memoryview) -> dict[int, list]:
    """{number: values in their order} of a message's fields."""
    found: dict[int, list] = {}
    for number, value in fields(message):
        found.setdefault(number, []).append(value)
    return found


def fields(message: memoryview) -> Iterator[tuple[int, Any]]:
    """(number, value) of each field: an integer, or the bytes of anything else. ValueError where it is cut short."""
    at = 0
    while at < len(message):
        key, at = integer(message, at)
        number, kind = key >> 3, key & 7
        if kind == INTEGER:
            value, at = integer(message, at)
            yield number, value
            continue
        size, at = integer(message, at) if kind == BYTES else (FIXED[kind], at)
        if at + size > len(message):
            raise ValueError("it ends within a field")
        yield number, message[at : at + size]
        at += size


def integer(message: memoryview, at: int) -> tuple[int, int]:
    """The integer at a place, seven bits a byte from the lowest, the highest bit saying that more follow; its end."""
    value = shift = 0
    while True:
        value |= (message[at] & 127) << shift
        shift, at = shift + 7, at + 1
        if message[at - 1] < 128:
            return value, at
