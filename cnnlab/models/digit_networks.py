"""Three small networks for digits, of about as many parameters: with max pooling, with strides instead, dense.

Chapter: l1-fundamentos.
"""

from __future__ import annotations

from torch import nn

from cnnlab.errors import OptionError

KINDS = ("pooled", "strided", "dense")


def digit_network(kind: str) -> nn.Sequential:
    """A network with random weights: pictures (n, 1, 28, 28) in, logits (n, 10) out.

    kind: "pooled", two convolutions of 8 and 16 kernels 5×5, each followed by ReLU and a max pooling of 2×2; "strided",
    the same with a stride of 2 in the convolutions and no pooling, which has the same weights; "dense", one hidden
    layer. 20,522 parameters, the dense one 20,680.

    Raises: OptionError for another kind.
    """
    if kind not in KINDS:
        raise OptionError(f"kind={kind!r}", allowed=KINDS)
    if kind == "dense":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 26), nn.ReLU(), nn.Linear(26, 10))
    stride = 2 if kind == "strided" else 1
    layers: list[nn.Module] = []
    for channels_in, channels_out in ((1, 8), (8, 16)):
        layers += [nn.Conv2d(channels_in, channels_out, 5, stride), nn.ReLU()]
        if kind == "pooled":
            layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 10))
