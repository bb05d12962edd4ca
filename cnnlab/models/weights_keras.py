"""Files of weights loaded into Keras networks, by the names of their variables. No pickle is executed."""

from pathlib import Path

import keras

from cnnlab.errors import DataError
from cnnlab.models.weights import REMEDY, check_shapes


def load_weights(model: keras.Model, path: Path) -> None:
    """Copy a file's weights into a network, in place, by the names of its variables.

    path: a `.safetensors` file with names such as `conv1_conv/kernel`, or Keras's own `.h5`; values in half precision
    are converted to the network's.

    Raises: DataError where the file cannot be read, lacks a variable, holds another one or one of another shape; a
    `.safetensors` file then leaves the network unchanged.
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
    check_shapes(
        {variable.path: tuple(variable.shape) for variable in model.variables},
        {name: tensor.shape for name, tensor in tensors.items()},
        network_name=model.name,
        file_name=path.name,
    )
    for variable in model.variables:
        variable.assign(tensors[variable.path])


def _load_h5(model: keras.Model, path: Path) -> None:
    try:
        model.load_weights(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} does not fit {model.name}: {error}", remedy=REMEDY) from error
