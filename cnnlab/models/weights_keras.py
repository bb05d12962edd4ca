"""Kept weights into a Keras network, by the names of its variables."""

from pathlib import Path

import keras

from cnnlab.errors import DataError

REMEDY = "take the file of the same network that the catalogue names: cnnlab doctor"


def load_weights(model: keras.Model, path: Path) -> None:
    """Fill `model` from `path`: a `.safetensors` file with names such as `conv1_conv/kernel`, or Keras's own `.h5`.

    Every variable must be in the file with its shape, and the file may hold nothing else: DataError otherwise, and
    the network is left as it was. Numbers kept in half precision are brought to the network's. No pickle is executed.
    """
    if path.suffix == ".h5":
        _load_h5(model, path)
        return
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        tensors = load_file(path)
    except SafetensorError as error:
        raise DataError(f"{path.name} is not a whole safetensors file: {error}", remedy=REMEDY) from error
    wanted = {variable.path: tuple(variable.shape) for variable in model.variables}
    found = {name: tensor.shape for name, tensor in tensors.items()}
    if wanted != found:
        differing = sorted({name for name, _ in wanted.items() ^ found.items()})
        raise DataError(
            f"{path.name} does not fit {model.name}: {len(differing)} names or shapes differ, "
            f"first {', '.join(differing[:3])}",
            remedy=REMEDY,
        )
    for variable in model.variables:
        variable.assign(tensors[variable.path])


def _load_h5(model: keras.Model, path: Path) -> None:
    try:
        model.load_weights(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} does not fit {model.name}: {error}", remedy=REMEDY) from error
