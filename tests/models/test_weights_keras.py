"""Weights go in by name and whole, or not at all."""

import numpy as np
import pytest

from cnnlab.errors import DataError

pytestmark = pytest.mark.keras


@pytest.fixture
def network():
    import keras

    x = keras.Input((4, 4, 1))
    y = keras.layers.Conv2D(2, 3, name="one")(x)
    return keras.Model(x, keras.layers.BatchNormalization(name="two")(y))


def kept(network, path, change=lambda tensors: None):
    """A file with weights 0, 1, 2 … of this network, some of them changed."""
    from safetensors.numpy import save_file

    tensors = {v.path: np.arange(np.prod(v.shape)).reshape(v.shape).astype("float16") for v in network.variables}
    change(tensors)
    save_file(tensors, path)
    return path


def test_half_precision_weights_fill_the_network(network, tmp_path):
    from cnnlab.models.weights_keras import load_weights

    load_weights(network, kept(network, tmp_path / "w.safetensors"))
    np.testing.assert_array_equal(np.asarray(network.get_layer("one").kernel).ravel(), np.arange(18))
    assert all(v.dtype == "float32" for v in network.variables)


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors: tensors.pop("one/bias"),
        lambda tensors: tensors.update({"one/bias": np.zeros(3, "float16")}),
        lambda tensors: tensors.update(three=np.zeros(1, "float16")),
    ],
    ids=["missing", "of another shape", "too many"],
)
def test_weights_of_another_network_are_refused_and_change_nothing(network, tmp_path, change):
    from cnnlab.models.weights_keras import load_weights

    before = network.get_weights()
    with pytest.raises(DataError, match="does not fit"):
        load_weights(network, kept(network, tmp_path / "w.safetensors", change))
    for old, new in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_truncated_file_is_refused(network, tmp_path):
    from cnnlab.models.weights_keras import load_weights

    path = kept(network, tmp_path / "w.safetensors")
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DataError, match="not a whole safetensors file"):
        load_weights(network, path)


def test_keras_own_file_fills_the_network(network, tmp_path):
    import h5py

    from cnnlab.models.weights_keras import load_weights

    path = tmp_path / "w.h5"
    with h5py.File(path, "w") as file:  # the layout of the files that keras.applications downloads
        file.attrs["layer_names"] = [layer.name.encode() for layer in network.layers]
        for layer in network.layers:
            group = file.create_group(layer.name)
            names = [weight.path for weight in layer.weights]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, weight in zip(names, layer.weights, strict=True):
                group[name] = np.full(weight.shape, 3.0)
    load_weights(network, path)
    assert all((weight == 3).all() for weight in network.get_weights())


def test_h5_file_of_another_network_is_refused(network, tmp_path):
    import h5py

    from cnnlab.models.weights_keras import load_weights

    path = tmp_path / "w.h5"
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = []
    with pytest.raises(DataError, match="does not fit"):
        load_weights(network, path)
