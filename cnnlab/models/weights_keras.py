"""Files of weights loaded into Keras networks, by the names of their variables. No pickle is executed."""

from pathlib import Path

import h5py
import keras
import numpy as np

from cnnlab.errors import DataError
from cnnlab.models.weights import REMEDY, check_shapes, check_values, present


def load_weights(model: keras.Model, path: Path) -> None:
    """Copy a file's weights into a network, in place, by the names of its variables.

    path: a `.safetensors` file with names such as `conv1_conv/kernel`, or Keras's own `.h5`, whose layers are found by
    their names, too; values in half precision are converted to the network's.

    Raises: DataError where the file cannot be read, lacks a variable, holds another one or one of another shape, or
    numbers that are not finite; the network is then unchanged.
    """
    path = present(path)
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
    check_values(
        ((name, str(each.dtype), bool(np.isfinite(each).all())) for name, each in tensors.items()), file_name=path.name
    )
    for variable in model.variables:
        variable.assign(tensors[variable.path])


def _load_h5(model: keras.Model, path: Path) -> None:
    before = model.get_weights()
    try:
        if path.name.endswith(".weights.h5"):  # Keras 3's, which finds variables by their places in the network
            model.load_weights(path)
        else:
            _check_layers(model, path)
            model.load_weights(path, by_name=True)
        values = ((v.path, "float", bool(np.isfinite(v).all())) for v in model.variables)
        check_values(values, file_name=path.name)
    except DataError:
        model.set_weights(before)
        raise
    except (OSError, ValueError, KeyError) as error:
        model.set_weights(before)
        raise DataError(f"{path.name} does not fit {model.name}: {error}", remedy=REMEDY) from error


def _check_layers(model: keras.Model, path: Path) -> None:
    """Compare the names of the layers with weights in a file of earlier versions of Keras with the network's."""
    with h5py.File(path) as file:
        group = file if "layer_names" in file.attrs or "model_weights" not in file else file["model_weights"]
        found = {name: () for name, layer in group.items() if isinstance(layer, h5py.Group) and len(layer)}
    wanted = {layer.name: () for layer in model.layers if layer.weights}
    found.pop("top_level_model_weights", None)
    check_shapes(wanted, found, network_name=model.name, file_name=path.name)
