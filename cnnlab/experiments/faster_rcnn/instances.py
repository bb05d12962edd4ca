"""The model as each of the calls gives it: what it prints, how many parameters it has, what torchvision warns of."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn
    from torchvision.models.detection import FasterRCNN


@dataclass(frozen=True)
class Instance:
    """call: the function of `calls`; normalisation: the class of these layers, of which there are `norms`, with
    `channels` in all; warnings: what was said."""

    call: str
    parameters: int
    trained: int
    normalisation: str
    norms: int
    channels: int
    warnings: tuple[str, ...]


def instances() -> tuple[FasterRCNN, tuple[Instance, ...]]:
    """What the handout's call gives, and a description of what each of the calls gives. Nothing is downloaded: where a
    call asks for COCO's weights, it is given random ones."""
    from cnnlab.experiments.faster_rcnn.calls import as_in_the_handout, as_today, without_weights

    last, said = called(without_weights)
    with instead_of_download(last):
        (first, first_said), (second, second_said) = called(as_in_the_handout), called(as_today)
    return first, (
        described("as_in_the_handout", first, first_said),
        described("as_today", second, second_said),
        described("without_weights", last, said),
    )


def called(call: Callable[[], FasterRCNN]) -> tuple[FasterRCNN, tuple[str, ...]]:
    """What a call gives, and what it warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        network = call()
    return network, tuple(f"{each.category.__name__}: {each.message}" for each in caught)


@contextmanager
def instead_of_download(network: nn.Module) -> Iterator[None]:
    """Let torchvision take a network's weights for those that it would download."""
    from unittest.mock import patch

    from torchvision.models.detection import FasterRCNN_ResNet50_FPN_Weights

    state = network.state_dict()
    with patch.object(FasterRCNN_ResNet50_FPN_Weights, "get_state_dict", lambda *_, **__: state, create=True):
        yield


def described(call: str, network: nn.Module, said: tuple[str, ...]) -> Instance:
    from torch import nn
    from torchvision.ops import FrozenBatchNorm2d

    from cnnlab.models.weights_torch import parameters

    norms = [each for each in network.modules() if isinstance(each, (nn.BatchNorm2d, FrozenBatchNorm2d))]
    (kind,) = {type(each).__name__ for each in norms}
    return Instance(
        call=call,
        parameters=parameters(network),
        trained=parameters(network, trained=True),
        normalisation=kind,
        norms=len(norms),
        channels=sum(len(each.weight) for each in norms),
        warnings=said,
    )
