"""Files of weights as torch tensors: read, compared with a network, saved; what is damaged or foreign is refused."""

from pathlib import Path

import numpy as np
import pytest

from cnnlab.errors import DataError

pytestmark = pytest.mark.torch


def test_saved_weights_come_back_and_no_others(tmp_path):
    import torch

    from cnnlab.models.heads import replace_head
    from cnnlab.models.pretrained import torchvision_network
    from cnnlab.models.weights_torch import load, save

    network, path = torchvision_network("squeezenet1_1"), tmp_path / "network.safetensors"
    save(network.to(memory_format=torch.channels_last), path)
    again = load(torchvision_network("squeezenet1_1"), path)
    assert all(torch.equal(a, b) for a, b in zip(network.parameters(), again.parameters(), strict=True))
    with pytest.raises(DataError, match=r"does not fit SqueezeNet: 2 names or shapes differ, first classifier\.1"):
        load(replace_head(torchvision_network("squeezenet1_1"), 7), path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError, match="not a whole safetensors file"):
        load(again, path)


def test_a_pickle_is_not_executed(tmp_path):
    import torch

    from cnnlab.models.pretrained import torchvision_network

    class Harm:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "harm",))

    torch.save({"features.0.weight": Harm()}, tmp_path / "weights.pth")
    with pytest.raises(DataError, match=r"weights\.pth cannot be read as weights"):
        torchvision_network("squeezenet1_1", tmp_path / "weights.pth")
    assert not (tmp_path / "harm").exists()


def test_official_form_is_read(tmp_path):
    import torch

    from cnnlab.models.pretrained import torchvision_network

    network = torchvision_network("squeezenet1_1")
    torch.save(network.state_dict(), tmp_path / "squeezenet1_1.pth")
    again = torchvision_network("squeezenet1_1", tmp_path / "squeezenet1_1.pth")
    assert all(torch.equal(a, b) for a, b in zip(network.parameters(), again.parameters(), strict=True))


@pytest.fixture
def keras_file(tmp_path):
    """Two variables of one layer as Keras writes them to HDF5, within `model_weights` or at the top."""
    import h5py

    def write(group):
        path = tmp_path / "weights.h5"
        with h5py.File(path, "w") as file:
            top = file.create_group(group) if group else file
            top["conv1_conv/conv1_conv/kernel:0"] = np.arange(6, dtype=np.float32).reshape(1, 1, 3, 2)
            top["conv1_conv/conv1_conv/bias:0"] = np.ones(2, np.float32)
        return path

    return write


@pytest.mark.parametrize("group", ["model_weights", None])
def test_kerass_file_is_read(keras_file, group):
    from cnnlab.models.weights_torch import read_tensors

    tensors = read_tensors(keras_file(group))
    assert {name: tuple(each.shape) for name, each in tensors.items()} == {
        "conv1_conv/kernel": (1, 1, 3, 2),
        "conv1_conv/bias": (2,),
    }
    assert tensors["conv1_conv/kernel"].flatten().tolist() == [0, 1, 2, 3, 4, 5]


def test_a_truncated_file_of_keras_is_refused(keras_file):
    from cnnlab.models.weights_torch import read_tensors

    path = keras_file("model_weights")
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError, match=r"weights\.h5 is not a whole HDF5 file(.|\n)*cnnlab doctor"):
        read_tensors(path)


def test_a_refused_state_leaves_the_network_unchanged():
    import torch
    from torch import nn

    from cnnlab.models.weights_torch import load_state

    network = nn.Sequential(nn.Conv2d(3, 2, 1), nn.BatchNorm2d(2))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    state = {name: value + 1 for name, value in before.items() if not name.endswith("num_batches_tracked")}
    with pytest.raises(
        DataError, match=r"w\.pth does not fit Sequential: 1 names or shapes differ, first 1\.running_var"
    ):
        load_state(network, {**state, "1.running_var": torch.ones(3)}, Path("w.pth"))
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    load_state(network, state, Path("w.pth"))
    assert all(torch.equal(network.state_dict()[name], value) for name, value in state.items())


@pytest.fixture
def state():
    """The state of a network of two layers."""
    return {name: value.clone() for name, value in small().state_dict().items()}


def small():
    from torch import nn

    return nn.Sequential(nn.Conv2d(3, 2, 1), nn.BatchNorm2d(2))


WRAPPERS = {
    "model": lambda state: {"model": state, "epoch": 3},
    "optimiser beside it": lambda state: {"net": state, "optimizer": {"state": {}, "param_groups": [{"lr": 0.1}]}},
    "of DataParallel": lambda state: {f"module.{name}": value for name, value in state.items()},
    "of a compiled network": lambda state: {"state_dict": {f"_orig_mod.{k}": value for k, value in state.items()}},
    "in half precision": lambda state: {name: value.half() for name, value in state.items()},
}


@pytest.mark.parametrize("wrap", WRAPPERS.values(), ids=WRAPPERS)
def test_weights_that_others_have_wrapped_are_found(state, tmp_path, wrap):
    import torch

    from cnnlab.models.weights_torch import load

    torch.save(wrap(state), tmp_path / "w.pth")
    found = load(small(), tmp_path / "w.pth").state_dict()
    assert all(torch.allclose(found[name], value, atol=1e-3) for name, value in state.items())


def with_value(state, value):
    state["0.weight"][0, 0, 0, 0] = value
    return state


UNLOADABLE = {
    "two networks": (lambda state: {"model": state, "ema": state}, "weights of several networks: model, ema"),
    "a list": (lambda state: [1, 2], "no weights by name: list"),
    "a number": (lambda state: 3, "no weights by name: int"),
    "numbers among them": (lambda state: {**state, "epoch": 3}, r"no weights by name: 0\.weight"),
    "nothing": (lambda state: {}, "no weights by name"),
    "quantised": (lambda state: {k: (9 * v).char() for k, v in state.items()}, r"0\.weight holds torch\.int8"),
    "booleans": (lambda state: {k: v.bool() for k, v in state.items()}, r"0\.weight holds torch\.bool"),
    "NaN": (lambda state: with_value(state, float("nan")), r"0\.weight holds torch.float32, some of them NaN"),
    "infinite": (lambda state: with_value(state, float("-inf")), r"0\.weight holds torch.float32, some of them NaN"),
}


@pytest.mark.parametrize(("make", "message"), UNLOADABLE.values(), ids=UNLOADABLE)
def test_what_is_no_weights_is_refused_and_changes_nothing(state, tmp_path, make, message):
    import torch

    from cnnlab.models.weights_torch import load

    network = small()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    torch.save(make(state), tmp_path / "w.pth")
    with pytest.raises(DataError, match=message):
        load(network, tmp_path / "w.pth")
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


@pytest.mark.parametrize("ending", [".pth", ".safetensors", ".h5"])
def test_a_file_that_is_missing_is_named(tmp_path, ending):
    from cnnlab.models.weights_torch import load

    (tmp_path / f"folder{ending}").mkdir()
    with pytest.raises(DataError, match=rf"missing\{ending} is not there(.|\n)*check the path"):
        load(small(), str(tmp_path / f"missing{ending}"))
    with pytest.raises(DataError, match=rf"folder\{ending} is a folder"):
        load(small(), tmp_path / f"folder{ending}")


def test_the_names_of_torchvision_are_told_from_kerass(tmp_path):
    import torch

    from cnnlab.models.pretrained import resnet50, squeezenet1_1

    torch.save({"model": {"conv1.weight": torch.ones(1)}}, tmp_path / "w.pth")
    for path in (tmp_path / "w.pth", str(tmp_path / "w.pth")):
        with pytest.raises(DataError, match=r"foreign name is 'conv1\.weight'(.|\n)*torchvision_network\("):
            resnet50(path)
        with pytest.raises(DataError, match=r"w\.pth does not fit SqueezeNet"):
            squeezenet1_1(path)


def test_parameters_are_counted_without_buffers():
    from torch import nn

    from cnnlab.models.weights_torch import parameters

    network = nn.Sequential(nn.Conv2d(3, 2, 1), nn.BatchNorm2d(2))
    network[0].weight.requires_grad_(False)
    assert (parameters(network), parameters(network, trained=True)) == (6 + 2 + 2 + 2, 2 + 2 + 2)
