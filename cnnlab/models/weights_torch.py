"""Files of weights as torch tensors: read (.safetensors, .pth, Keras's .h5), loaded into a network, saved.

No pickle is executed.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import nn

from cnnlab import paths
from cnnlab.errors import DataError, storage
from cnnlab.models.weights import REMEDY, check_shapes, check_values, present

Network = TypeVar("Network", bound=nn.Module)
COUNTER = "num_batches_tracked"  # of batch normalisation: not used at inference, absent in some files
PREFIXES = ("module.", "_orig_mod.", "model.")  # of all names of a DataParallel, a compiled network, Lightning's module


def read_tensors(path: Path) -> dict[str, torch.Tensor]:
    """{name: tensor on the CPU} of a file of weights: `.safetensors`, Keras's `.h5`, anything else as torch's `.pth`.

    The variables of an `.h5` are named `layer/variable`, as in `conv1_conv/kernel`. Of a `.pth` that holds more than
    weights, as {"model": …, "epoch": …}, the weights are taken. Names come without the `wrapper` of all of them.

    Raises: DataError where the file is missing, truncated, of another kind, or holds no tensors by name, or several
    networks'.
    """
    path = present(path)
    if path.suffix == ".h5":
        return unwrapped(read_h5(path), path)
    if path.suffix == ".safetensors":
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            return unwrapped(load_file(path), path)
        except SafetensorError as error:
            raise DataError(f"{path.name} is not a whole safetensors file: {error}", remedy=REMEDY) from error
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises whatever its zip reader, its unpickler or the file system raise
        raise DataError(f"{path.name} cannot be read as weights: {error}", remedy=REMEDY) from error
    return unwrapped(content, path)


def unwrapped(content: Any, path: Path) -> dict[str, torch.Tensor]:
    """The weights in what a file holds: {name: tensor}, or a dict with one such entry. Raises: as `read_tensors`."""
    if not is_state(content):
        entries = {key: each for key, each in content.items() if is_state(each)} if isinstance(content, Mapping) else {}
        if len(entries) != 1:
            held = ", ".join(map(str, content)) if isinstance(content, Mapping) else type(content).__name__
            what = (
                f"{path.name} holds {'weights of several networks' if entries else 'no weights by name'}: {held:.200}"
            )
            remedy = "save the weights of one: torch.save(network.state_dict(), …)"
            raise DataError(what, allowed="{name: tensor}, or a dict with one such entry", remedy=remedy)
        (content,) = entries.values()
    before = wrapper(content)
    return {name.removeprefix(before): each for name, each in content.items()}


def wrapper(names: Collection[str]) -> str:
    """What a class around the network puts before all its names: "module.", "_orig_mod.", "model.", several, or ""."""
    before = ""
    while more := next((each for each in PREFIXES if names and all(n.startswith(before + each) for n in names)), ""):
        before += more
    return before


def is_state(content: Any) -> bool:
    """Whether this is {name: tensor}, of one tensor or more."""
    able = isinstance(content, Mapping) and bool(content)
    return able and all(isinstance(key, str) and isinstance(each, torch.Tensor) for key, each in content.items())


def read_h5(path: Path) -> dict[str, torch.Tensor]:
    """{layer/variable: tensor} of a file that Keras wrote to HDF5.

    Raises: DataError where it is truncated, or holds variables outside of layers, twice by one name, or no numbers.
    """
    import h5py

    found = {}

    def collect(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            short = "/".join(name.split("/")[-2:]).partition(":")[0]
            if "/" not in short or short in found or item.dtype.kind not in "biuf":
                what = f"{path.name}: {name} of {item.dtype}{', a second ' + short if short in found else ''}"
                raise DataError(what, allowed="numbers by layer/variable, one of each name", remedy=REMEDY)
            found[short] = torch.as_tensor(item[()])

    try:
        with h5py.File(path) as file:
            file.get("model_weights", file).visititems(collect)
    except OSError as error:
        raise DataError(f"{path.name} is not a whole HDF5 file: {error}", remedy=REMEDY) from error
    return found


def load_state(network: nn.Module, state: dict[str, torch.Tensor], path: Path) -> None:
    """Copy a state into a network, in place. Only batch counters may be absent from it.

    Names may lack the network's own `wrapper`, or have another. path: the file that the state was read from, for the
    message.

    Raises: DataError where a name or shape differs, or where numbers are not finite in the network's type, variances
    below 0, or of another kind; the network is then unchanged.
    """
    own = network.state_dict()
    ours, theirs = wrapper(own), wrapper(state)
    state = {ours + name.removeprefix(theirs): value for name, value in state.items()}
    wanted = {name: tuple(v.shape) for name, v in own.items() if not name.endswith(COUNTER)}
    found = {name: tuple(v.shape) for name, v in state.items() if not name.endswith(COUNTER)}
    check_shapes(wanted, found, network_name=type(network).__name__, file_name=Path(path).name)
    real = (name for name in found if own[name].is_floating_point())
    check_values(((name, *kind_of(name, state[name], own[name].dtype)) for name in real), file_name=Path(path).name)
    network.load_state_dict(state, strict=False)


def kind_of(name: str, value: torch.Tensor, dtype: torch.dtype) -> tuple[str, bool]:
    """What a tensor of a file holds, and whether its numbers are finite in the type that the network has for them."""
    if value.is_meta or value.layout is not torch.strided:
        return f"no array of numbers ({value.layout}, device {value.device})", True
    if not value.is_floating_point():
        return str(value.dtype), True
    if name.endswith("running_var") and bool((value.to(dtype) < 0).any()):
        return "variances below 0", True
    kind = str(value.dtype) if value.dtype == dtype else f"{value.dtype} for {dtype}"
    return kind, bool(value.to(dtype).isfinite().all())


def load(network: Network, path: Path) -> Network:
    """Load into a network, in place, the weights that `save` wrote; the network, in eval mode.

    Raises: DataError where the file cannot be read or is another network's.
    """
    load_state(network, read_tensors(path), path)
    return network.eval()


def save(network: nn.Module, path: Path) -> None:
    """Write a network's weights and buffers to a `.safetensors` file, those that layers share once for each name.

    Its folder is made where it is missing. Raises: StorageError where the file cannot be written.
    """
    from safetensors.torch import save as serialised

    state = network.state_dict()
    content = serialised({name: value.clone(memory_format=torch.contiguous_format) for name, value in state.items()})
    with storage(path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    paths.write_atomically(Path(path), content)


def parameters(network: nn.Module, trained: bool = False) -> int:
    """The number of a network's parameters, or of the trainable ones alone; buffers are not counted."""
    return sum(math.prod(p.shape) for p in network.parameters() if p.requires_grad or not trained)
