"""Files of weights as torch tensors: read, compared with a network, saved; what is damaged or foreign is refused."""

from pathlib import Path

import numpy as np
import pytest

from cnnlab.errors import DataError, OptionError, StorageError

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


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"kernel": np.zeros(3)}, r"f\.h5: kernel of float64\n *allowed: numbers by layer/variable"),
        ({"a/l/kernel:0": np.zeros(3), "b/l/kernel:0": np.ones(3)}, r"b/l/kernel:0 of float64, a second l/kernel"),
        ({"a/l/names": "text"}, r"f\.h5: a/l/names of object"),
        ({}, r"f\.h5 holds no weights by name"),
    ],
)
def test_variables_of_an_h5_file_that_cannot_be_told_are_refused(tmp_path, variables, message):
    import h5py

    from cnnlab.models.weights_torch import read_tensors

    with h5py.File(tmp_path / "f.h5", "w") as file:
        for name, values in variables.items():
            file[name] = values
    with pytest.raises(DataError, match=message):
        read_tensors(tmp_path / "f.h5")


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


def before(prefix, state):
    return {prefix + name: value for name, value in state.items()}


WRAPPERS = {
    "model": lambda state: {"model": state, "epoch": 3},
    "optimiser beside it": lambda state: {"net": state, "optimizer": {"state": {}, "param_groups": [{"lr": 0.1}]}},
    "of DataParallel": lambda state: {f"module.{name}": value for name, value in state.items()},
    "of a compiled network": lambda state: {"state_dict": {f"_orig_mod.{k}": value for k, value in state.items()}},
    "of Lightning": lambda state: {"state_dict": before("model.", state), "hyper_parameters": {}, "epoch": 1},
    "of Lightning, compiled": lambda state: before("model._orig_mod.", state),
    "in half precision": lambda state: {name: value.half() for name, value in state.items()},
}


@pytest.mark.parametrize("wrap", WRAPPERS.values(), ids=WRAPPERS)
def test_weights_that_others_have_wrapped_are_found(state, tmp_path, wrap):
    import torch

    from cnnlab.models.weights_torch import load

    torch.save(wrap(state), tmp_path / "w.pth")
    found = load(small(), tmp_path / "w.pth").state_dict()
    assert all(torch.allclose(found[name], value, atol=1e-3) for name, value in state.items())


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "model.", "module.model."])
def test_the_name_of_a_wrapper_is_taken_off_in_every_kind_of_file(state, tmp_path, prefix):
    import torch
    from safetensors.torch import save_file

    from cnnlab.models.weights_torch import load

    save_file(before(prefix, state), tmp_path / "w.safetensors")
    torch.save(before(prefix, state), tmp_path / "w.pth")
    for path in (tmp_path / "w.safetensors", tmp_path / "w.pth"):
        found = load(small(), path).state_dict()
        assert all(torch.equal(found[name], value) for name, value in state.items())


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_network_whose_own_names_begin_so_gets_its_weights(state, tmp_path, wrapped):
    """nn.DataParallel names its layers module.…, and a class of one's own may call its network `model`."""
    import torch
    from torch import nn

    from cnnlab.models.weights_torch import load, save

    class Holder(nn.Module):
        def __init__(self):
            super().__init__()
            self.model = small()

    save(Holder() if wrapped else small(), tmp_path / "other.safetensors")
    network = nn.DataParallel(Holder()) if wrapped else Holder()
    save(network, tmp_path / "w.safetensors")
    again = load(nn.DataParallel(Holder()) if wrapped else Holder(), tmp_path / "w.safetensors")
    assert all(torch.equal(a, b) for a, b in zip(network.parameters(), again.parameters(), strict=True))
    load(again, tmp_path / "other.safetensors")
    with pytest.raises(DataError, match="does not fit Sequential"):
        load(nn.Sequential(small()), tmp_path / "w.safetensors")


def test_weights_in_eight_bit_floats_are_loaded(state, tmp_path):
    import torch
    from safetensors.torch import save_file

    from cnnlab.models.weights_torch import load

    eight = {k: v.to(torch.float8_e4m3fn) if v.is_floating_point() else v for k, v in state.items()}
    save_file(eight, tmp_path / "w.safetensors")
    found = load(small(), tmp_path / "w.safetensors").state_dict()
    assert all(torch.equal(found[name], value.to(found[name].dtype)) for name, value in eight.items())


def test_what_is_saved_is_what_safetensors_writes(tmp_path):
    from safetensors.torch import save_file
    from torch import nn

    from cnnlab.models.weights_torch import load, save

    network = small()
    save(network, tmp_path / "made" / "w.safetensors")
    save_file(network.state_dict(), tmp_path / "theirs.safetensors")
    assert (tmp_path / "made" / "w.safetensors").read_bytes() == (tmp_path / "theirs.safetensors").read_bytes()
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="a file lies where a folder is needed"):
        save(network, tmp_path / "file" / "w.safetensors")
    tied = nn.ModuleDict({"a": nn.Linear(2, 2)})
    tied["b"] = tied["a"]
    save(tied, tmp_path / "tied.safetensors")
    again = load(nn.ModuleDict({"a": nn.Linear(2, 2), "b": nn.Linear(2, 2)}), tmp_path / "tied.safetensors")
    assert all((again[name].weight == tied["a"].weight).all() for name in "ab")


def with_value(state, value):
    state["0.weight"][0, 0, 0, 0] = value
    return state


def quantised(state):
    import torch

    return {**state, "0.weight": torch.quantize_per_tensor(state["0.weight"], 0.1, 0, torch.qint8)}


UNLOADABLE = {
    "two networks": (lambda state: {"model": state, "ema": state}, "weights of several networks: model, ema"),
    "a list": (lambda state: [1, 2], "no weights by name: list"),
    "a number": (lambda state: 3, "no weights by name: int"),
    "numbers among them": (lambda state: {**state, "epoch": 3}, r"no weights by name: 0\.weight"),
    "nothing": (lambda state: {}, "no weights by name"),
    "quantised": (lambda state: {k: (9 * v).char() for k, v in state.items()}, r"0\.weight holds torch\.int8"),
    "booleans": (lambda state: {k: v.bool() for k, v in state.items()}, r"0\.weight holds torch\.bool"),
    "NaN": (lambda state: with_value(state, float("nan")), r"0\.weight holds torch.float32, some of them NaN"),
    "beyond float32": (
        lambda state: {k: v.double() + 1e300 for k, v in state.items()},
        r"0\.weight holds torch\.float64 for torch\.float32, some of them NaN or infinite",
    ),
    "variances below 0": (
        lambda state: {**state, "1.running_var": -state["1.running_var"]},
        r"1\.running_var holds variances below 0",
    ),
    "on meta": (lambda state: {k: v.to("meta") for k, v in state.items()}, r"0\.weight holds no array (.*) meta"),
    "sparse": (lambda state: {**state, "1.bias": state["1.bias"].to_sparse()}, r"1\.bias holds no array of numbers"),
    "quantised by torch": (quantised, r"0\.weight holds torch\.qint8"),
    "complex": (lambda state: {**state, "1.bias": 1j * state["1.bias"]}, r"1\.bias holds torch\.complex64"),
    "infinite": (lambda state: with_value(state, float("-inf")), r"0\.weight holds torch.float32, some of them NaN"),
}


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor", "ignore:TypedStorage", "ignore:Validating sparse")
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
    with pytest.raises(OptionError, match=r"path=None\n *allowed: the path of a file"):
        load(small(), None)


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
