"""Numbers of `fundamentals` for prose and tables."""

from cnnlab.experiments.fundamentals import printed
from cnnlab.experiments.fundamentals.compute import Fundamentals
from cnnlab.words import Quantity, decimal, integer, percent, power, size


def numbers(result: Fundamentals) -> dict[str, Quantity]:
    """Cases; the printed numbers as computed; sizes and parameters; times."""
    agreement, found, kernels, times = result.agreement, result.printed, result.kernels, result.times
    alexnet = {layer.name: layer for layer in result.alexnet}
    counted = [alexnet[name].neurons for name in ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8")]
    out = {
        "cases": integer(agreement.cases),
        "correlation": decimal(found.correlation, 4),
        "convolution": decimal(found.convolution, 4),
        "turned": decimal(found.turned, 4),
        "associative_convolution": power(found.associative_convolution, 0),
        "associative_correlation": decimal(found.associative_correlation, 2),
        "mixed": power(found.mixed, 0),
        "first": integer(round(float(result.arrays["padded"][0, 0]))),
        "output": size(*kernels.output),
        "parameters": integer(kernels.parameters),
        "unshared": integer(kernels.unshared),
        "dense": integer(kernels.dense),
        "connections_share": percent(kernels.connections / kernels.entries, 1),
        "each_output": integer(kernels.each_output),
        "outputs": integer(kernels.connections // kernels.each_output),
        "places": integer(kernels.output[1] * kernels.output[2]),
        "lenet_parameters": integer(result.lenet_parameters),
        "alexnet_parameters": integer(sum(layer.parameters for layer in result.alexnet)),
        "alexnet_unpadded": integer(result.alexnet_unpadded),
        "alexnet_neurons": integer(sum(counted)),
        "alexnet_neurons_printed": integer(sum(printed.ALEXNET_NEURONS)),
        "slip": integer(printed.ALEXNET_NEURONS[0]),
        "loops_seconds": decimal(times.loops, 2),
        "product_milliseconds": decimal(1000 * times.product, 1),
        "torch_milliseconds": decimal(1000 * times.torch, 2),
        "product_gain": integer(round(times.loops / times.product)),
    }
    for layer in (*result.lenet, *result.alexnet):
        out[f"{layer.name}_neurons"] = integer(layer.neurons)
        out[f"{layer.name}_parameters"] = integer(layer.parameters)
    return out
