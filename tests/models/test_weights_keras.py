"""Weights go in by name and whole, or not at all."""

import warnings

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


def of_earlier_versions(path, layers):
    """A file in the layout of those that keras.applications downloads: {layer: its arrays}, in their order."""
    import h5py

    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in layers]
        for name, arrays in layers.items():
            group = file.create_group(name)
            group.attrs["weight_names"] = [f"{name}/{place}".encode() for place in range(len(arrays))]
            for place, values in enumerate(arrays):
                group[f"{name}/{place}"] = values
    return path


def test_keras_own_file_fills_the_network(network, tmp_path):
    from cnnlab.models.weights_keras import load_weights

    layers = {layer.name: [np.full(each.shape, 3.0) for each in layer.weights] for layer in network.layers}
    load_weights(network, of_earlier_versions(tmp_path / "w.h5", layers))
    assert all((weight == 3).all() for weight in network.get_weights())
    with warnings.catch_warnings():  # of Keras's own arrays
        warnings.simplefilter("ignore", DeprecationWarning)
        network.save_weights(tmp_path / "today.weights.h5")
    network.set_weights([0 * each for each in network.get_weights()])
    load_weights(network, tmp_path / "today.weights.h5")
    assert all((weight == 3).all() for weight in network.get_weights())


def test_layers_of_an_h5_file_are_found_by_their_names(tmp_path):
    """Keras itself takes them in the order of the file (its issue 10777)."""
    import keras

    from cnnlab.models.weights_keras import load_weights

    x = keras.Input((3,))
    model = keras.Model(x, keras.layers.Dense(3, name="two")(keras.layers.Dense(3, name="one")(x)))
    layers = {name: [np.full((3, 3), value), np.full(3, value)] for name, value in (("two", 2.0), ("one", 1.0))}
    load_weights(model, of_earlier_versions(tmp_path / "w.h5", layers))
    assert [float(each.kernel[0, 0]) for each in model.layers[1:]] == [1, 2]


FOREIGN = {
    "of another shape": lambda layers: layers["two"].__setitem__(0, np.zeros(3)),
    "with a variable less": lambda layers: layers["two"].pop(),
    "with a layer less": lambda layers: layers.pop("two"),
    "of another name": lambda layers: layers.update(three=layers.pop("two")),
    "with NaN": lambda layers: layers["two"].__setitem__(0, np.array([1.0, np.nan])),
}


@pytest.mark.parametrize("change", FOREIGN.values(), ids=FOREIGN)
def test_an_h5_file_that_does_not_fit_changes_nothing(network, tmp_path, change):
    """The layers before the one that does not fit were overwritten (Keras's issue 8134)."""
    from cnnlab.models.weights_keras import load_weights

    before = network.get_weights()
    layers = {layer.name: [np.full(each.shape, 3.0) for each in layer.weights] for layer in network.layers}
    change(layers)
    with pytest.raises(DataError, match=r"w\.h5"):
        load_weights(network, of_earlier_versions(tmp_path / "w.h5", layers))
    assert all(np.array_equal(old, new) for old, new in zip(before, network.get_weights(), strict=True))


def test_a_missing_file_and_numbers_that_are_no_weights_are_refused(network, tmp_path):
    from cnnlab.models.weights_keras import load_weights

    for ending in (".h5", ".safetensors"):
        with pytest.raises(DataError, match=rf"missing\{ending} is not there"):
            load_weights(network, tmp_path / f"missing{ending}")
    changes = {"int8": np.zeros(2, "int8"), "some of them NaN": np.array([1, np.nan], "float16")}
    for message, values in changes.items():
        path = kept(
            network, tmp_path / "w.safetensors", lambda tensors, values=values: tensors.update({"one/bias": values})
        )
        with pytest.raises(DataError, match=f"one/bias holds (.*){message}"):
            load_weights(network, path)


def test_h5_file_of_another_network_is_refused(network, tmp_path):
    import h5py

    from cnnlab.models.weights_keras import load_weights

    path = tmp_path / "w.h5"
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = []
    with pytest.raises(DataError, match="does not fit"):
        load_weights(network, path)
