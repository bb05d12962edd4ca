"""Files of weights as torch tensors: read (.safetensors, .pth, Keras's .h5), loaded into a network, saved.

No pickle is executed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import nn

from cnnlab.errors import DataError
from cnnlab.models.weights import REMEDY, check_shapes, check_values, present

Network = TypeVar("Network", bound=nn.Module)
COUNTER = "num_batches_tracked"  # of batch normalisation: not used at inference, absent in some files
PREFIXES = ("module.", "_orig_mod.")  # of all names in files of a DataParallel, and of a compiled network


def read_tensors(path: Path) -> dict[str, torch.Tensor]:
    """{name: tensor on the CPU} of a file of weights: `.safetensors`, Keras's `.h5`, anything else as torch's `.pth`.

    The variables of an `.h5` are named `layer/variable`, as in `conv1_conv/kernel`. Of a `.pth` that holds more than
    weights, as {"model": …, "epoch": …}, the weights are taken, without the prefix "module." of a DataParallel.

    Raises: DataError where the file is missing, truncated, of another kind, or holds no tensors by name, or several
    networks'.
    """
    path = present(path)
    if path.suffix == ".h5":
        return read_h5(path)
    if path.suffix == ".safetensors":
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            return load_file(path)
        except SafetensorError as error:
            raise DataError(f"{path.name} is not a whole safetensors file: {error}", remedy=REMEDY) from error
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises whatever its zip reader, its unpickler or the file system raise
        raise DataError(f"{path.name} cannot be read as weights: {error}", remedy=REMEDY) from error
    return unwrapped(content, path)


def unwrapped(content: Any, path: Path) -> dict[str, torch.Tensor]:
    """The weights in what a `.pth` holds: {name: tensor}, or a dict with one such entry. Raises: as `read_tensors`."""
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
    for prefix in PREFIXES:
        if all(name.startswith(prefix) for name in content):
            content = {name.removeprefix(prefix): each for name, each in content.items()}
    return dict(content)


def is_state(content: Any) -> bool:
    """Whether this is {name: tensor}, of one tensor or more."""
    able = isinstance(content, Mapping) and bool(content)
    return able and all(isinstance(key, str) and isinstance(each, torch.Tensor) for key, each in content.items())


def read_h5(path: Path) -> dict[str, torch.Tensor]:
    """{layer/variable: tensor} of a file that Keras wrote to HDF5. Raises: DataError where it is truncated."""
    import h5py

    found = {}

    def collect(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            layer, variable = name.split("/")[-2:]
            found[f"{layer}/{variable.partition(':')[0]}"] = torch.from_numpy(item[()])

    try:
        with h5py.File(path) as file:
            file.get("model_weights", file).visititems(collect)
    except OSError as error:
        raise DataError(f"{path.name} is not a whole HDF5 file: {error}", remedy=REMEDY) from error
    return found


def load_state(network: nn.Module, state: dict[str, torch.Tensor], path: Path) -> None:
    """Copy a state into a network, in place. Only batch counters may be absent from it.

    path: the file that the state was read from, for the message.

    Raises: DataError where a name or shape differs, or where numbers are not finite or of another kind; the network is
    then unchanged.
    """
    own = network.state_dict()
    wanted = {name: tuple(v.shape) for name, v in own.items() if not name.endswith(COUNTER)}
    found = {name: tuple(v.shape) for name, v in state.items() if not name.endswith(COUNTER)}
    check_shapes(wanted, found, network_name=type(network).__name__, file_name=Path(path).name)
    real = (name for name in found if own[name].is_floating_point())
    check_values(
        ((name, str(state[name].dtype), bool(state[name].isfinite().all())) for name in real), file_name=Path(path).name
    )
    network.load_state_dict(state, strict=False)


def load(network: Network, path: Path) -> Network:
    """Load into a network, in place, the weights that `save` wrote; the network, in eval mode.

    Raises: DataError where the file cannot be read or is another network's.
    """
    load_state(network, read_tensors(path), path)
    return network.eval()


def save(network: nn.Module, path: Path) -> None:
    """Write a network's weights and buffers to a `.safetensors` file."""
    from safetensors.torch import save_file

    save_file({name: value.contiguous() for name, value in network.state_dict().items()}, path)


def parameters(network: nn.Module, trained: bool = False) -> int:
    """The number of a network's parameters, or of the trainable ones alone; buffers are not counted."""
    return sum(math.prod(p.shape) for p in network.parameters() if p.requires_grad or not trained)
