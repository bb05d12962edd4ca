"""Parameters by tensor and multiply-adds of the networks for MNIST and CIFAR-10, beside what the document prints.

Chapters: l3-mnist, l4-cifar.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.results import Result, Run, experiment

PRINTED = {  # the document's tables by tensor
    "simple_cnn": (288, 32, 9216, 32, 802816, 128, 1280, 10),
    "alexnet_cifar": (  # it stands under 6,199,498 and sums to 61,100,840
        *(23232, 64, 307200, 192, 663552, 384, 884736, 256, 589824, 256),
        *(37748736, 4096, 16777216, 4096, 4096000, 1000),
    ),
}


@dataclass(frozen=True)
class Options:
    seed: int = 0  # of the random weights, on which no size depends


@dataclass(frozen=True)
class Tensor:
    """A parameter: its name, its size, what the document prints for it (0: nothing)."""

    name: str
    size: int
    printed: int


@dataclass(frozen=True)
class Layer:
    """A convolution or dense layer and its multiply-adds for one picture."""

    name: str
    multiply_adds: int


@dataclass(frozen=True)
class Network:
    """name: its key in the words. input: of a picture, channels first."""

    name: str
    input: tuple[int, ...]
    parameters: int
    multiply_adds: int
    tensors: tuple[Tensor, ...]
    layers: tuple[Layer, ...]


@dataclass(frozen=True)
class LaboratoryNetworks(Result):
    """networks: of MNIST, then of CIFAR-10, then torchvision's AlexNet, with 1000 and with 10 classes."""

    networks: tuple[Network, ...]

    def network(self, name: str) -> Network:
        """The network of a name."""
        return next(each for each in self.networks if each.name == name)


@experiment("laboratory_networks", options=Options, result=LaboratoryNetworks, engine="torch")
def laboratory_networks(options: Options, run: Run) -> LaboratoryNetworks:
    """Counts on live networks.

    `cnnlab run laboratory_networks`: 813,802 and 6,199,498 parameters; two seconds.
    """
    from torchvision.models import alexnet

    from cnnlab.models.alexnet_cifar import AlexNetCifar
    from cnnlab.models.residual_cifar import residual_cifar
    from cnnlab.models.simple_cnn import SimpleCNN, pooled_cnn

    digits, colours, photos = (1, 28, 28), (3, 32, 32), (3, 224, 224)
    run.seed(options.seed)
    return LaboratoryNetworks(
        (
            counted("simple_cnn", SimpleCNN(), digits),
            counted("one_dense", SimpleCNN(hidden=0), digits),
            counted("pooled_cnn", pooled_cnn(), digits),
            counted("alexnet_cifar", AlexNetCifar(), colours),
            counted("residual_cifar", residual_cifar(), colours),
            counted("alexnet", alexnet(weights=None), photos),
            counted("alexnet_10", alexnet(weights=None, num_classes=10), photos),
        )
    )


def counted(name: str, network, size: tuple[int, ...]) -> Network:
    """The sizes and costs of a torch network for pictures of a size."""
    from torch import nn

    from cnnlab.models.sizes import layer_sizes, parameter_sizes

    sizes = parameter_sizes(network)
    printed = PRINTED.get(name, (0,) * len(sizes))
    tensors = tuple(Tensor(key, each, other) for (key, each), other in zip(sizes, printed, strict=True))
    names = [key for key, layer in network.named_modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    costs = [row.macs for row in layer_sizes(network, *size) if row.macs]  # called in the order of their definition
    layers = tuple(Layer(key, each) for key, each in zip(names, costs, strict=True))
    return Network(name, size, sum(each.size for each in tensors), sum(costs), tensors, layers)
