"""A convolutional layer step by step, in numpy: sizes, loops, the matrix product, gradients.

They are written to be read and compared with torch and scipy, not to be fast.
Arithmetic of sizes: Dumoulin and Visin 2016; the matrix product: Chellapilla, Puri and Simard 2006.

Chapter: l1-fundamentos.
"""

from __future__ import annotations

import numpy as np

from cnnlab.errors import OptionError, check_whole


def output_size(side, kernel, stride=1, padding=0, dilation=1):
    """⌊(side + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1.

    All in pixels along one axis; padding: zeros on each side.
    OptionError for a kernel that reaches beyond the padded input.
    """
    check(side, kernel, stride, padding, dilation)
    reach = dilation * (kernel - 1) + 1
    return (side + 2 * padding - reach) // stride + 1


def output_sides(sides, kernel, *settings):
    """`output_size` along each axis; settings: stride, padding, dilation."""
    pairs = zip(sides, kernel, strict=True)
    return [output_size(side, size, *settings) for side, size in pairs]


def check(side, kernel, stride, padding, dilation):
    """Raise OptionError for sizes that leave no place for a kernel."""
    check_whole(1, side=side, kernel=kernel, stride=stride, dilation=dilation)
    check_whole(0, padding=padding)
    reach = dilation * (kernel - 1) + 1
    if reach > side + 2 * padding:
        raise OptionError(
            f"a kernel of {kernel} with dilation {dilation} covers {reach} pixels of {side} + 2·{padding}",
            allowed=f"at most {side + 2 * padding}",
            remedy="a larger input or more padding, or a smaller kernel or dilation",
        )


def window(place, kernel, stride=1, dilation=1):
    """The pixels of the padded axis under the kernel at a place."""
    first = place * stride
    return slice(first, first + dilation * (kernel - 1) + 1, dilation)


def checked(name, values, axes):
    """Values as an array of these axes, such as "h, w".

    OptionError for other shapes, and for what are no numbers.
    """
    values = np.asarray(values)
    numbers = values.dtype.kind in "biufc"
    if not numbers or values.ndim != len(axes.split(", ")):
        raise OptionError(
            f"{name} of {values.dtype} and shape {values.shape}",
            allowed=f"numbers ({axes})",
        )
    return values


def product_type(*arrays):
    """The type of a product of arrays; of whole numbers it is int64,
    since those of 8 bits would overflow.
    """
    kind = np.result_type(*arrays)
    return np.result_type(kind, np.int64) if kind.kind in "biu" else kind


def of_correlation(image, kernel):
    """Image and kernel as arrays. OptionError as `checked`."""
    image = checked("image", image, "h, w")
    kernel = checked("kernel", kernel, "a, b")
    return image, kernel.astype(product_type(image, kernel))


def of_layer(maps, weights, bias):
    """The three as arrays. OptionError as `checked`, and for channels
    or biases of another number.
    """
    maps = checked("maps", maps, "c, h, w")
    weights = checked("weights", weights, "o, c, a, b")
    bias = checked("bias", bias, "o")
    if weights.shape[:2] != (len(bias), len(maps)):
        raise OptionError(
            f"weights {weights.shape}, maps {maps.shape}, bias {bias.shape}",
            allowed="weights (o, c, a, b), maps (c, h, w), bias (o,)",
        )
    return maps, weights.astype(product_type(maps, weights)), bias


def of_gradients(image, kernel, output_gradient, *settings):
    """The three as arrays. OptionError as `checked`, and for a gradient
    of another shape than the output. settings: stride, padding.
    """
    image = checked("image", image, "h, w")
    kernel = checked("kernel", kernel, "a, b")
    gradient = checked("output_gradient", output_gradient, "h, w")
    sides = tuple(output_sides(image.shape, kernel.shape, *settings))
    if gradient.shape != sides:
        raise OptionError(
            f"output_gradient of shape {gradient.shape}",
            allowed=f"{sides}, that of the output",
        )
    image = image.astype(product_type(image, gradient))
    return image, kernel.astype(product_type(kernel, gradient)), gradient


def cross_correlation(image, kernel, stride=1, padding=0, dilation=1):
    """Z[i,j] = Σ K[u,v]·A[s·i + d·u, s·j + d·v], of the padded A.

    image (h, w), kernel (a, b), both of any real type; returns the
    map of `output_size`. The layer that libraries call convolution.
    """
    image, kernel = of_correlation(image, kernel)
    how = stride, padding, dilation
    sides = output_sides(image.shape, kernel.shape, *how)
    padded = np.pad(image, padding)
    out = np.empty(sides, kernel.dtype)
    for i in range(sides[0]):
        rows = window(i, kernel.shape[0], stride, dilation)
        for j in range(sides[1]):
            columns = window(j, kernel.shape[1], stride, dilation)
            out[i, j] = (kernel * padded[rows, columns]).sum()
    return out


def convolve(image, kernel, stride=1, padding=0, dilation=1):
    """Z[i,j] = Σ K[u,v]·A[i − u, j − v]: that of the kernel turned
    by 180°, both of its axes read backwards.
    """
    image, kernel = of_correlation(image, kernel)
    flipped = kernel[::-1, ::-1]
    return cross_correlation(image, flipped, stride, padding, dilation)


def pool(image, kernel, stride=None, reduce=np.max):
    """`reduce` of each window of (h, w): np.max, np.mean.

    kernel: sides (a, b) of the window. stride: by default the sides
    of the window, so that windows neither overlap nor leave a gap.
    """
    image = checked("image", image, "h, w")
    if np.shape(kernel) != (2,):
        raise OptionError(f"kernel={kernel!r}", allowed="its sides (a, b)")
    strides = kernel if stride is None else (stride, stride)
    axes = zip(image.shape, kernel, strides, strict=True)
    sides = [output_size(*axis) for axis in axes]
    out = np.empty(sides)
    for i in range(sides[0]):
        for j in range(sides[1]):
            at = window(i, kernel[0], strides[0]), window(j, kernel[1], strides[1])
            out[i, j] = reduce(image[at])
    return out


def im2col(maps, kernel, stride=1, padding=0, dilation=1):
    """A row for each window of maps (c, h, w): (windows, c·a·b).

    kernel: its sides (a, b). Rows follow the output from left to
    right and from top to bottom, columns the weights (c, a, b).
    """
    maps = checked("maps", maps, "c, h, w")
    sides = output_sides(maps.shape[1:], kernel, stride, padding, dilation)
    padded = np.pad(maps, ((0, 0), (padding, padding), (padding, padding)))
    windows = []
    for i in range(sides[0]):
        rows = window(i, kernel[0], stride, dilation)
        for j in range(sides[1]):
            columns = window(j, kernel[1], stride, dilation)
            windows.append(padded[:, rows, columns].ravel())
    return np.stack(windows)


def layer_as_product(maps, weights, bias, stride=1, padding=0, dilation=1):
    """A whole layer as one product of matrices.

    maps (c, h, w), weights (o, c, a, b), bias (o,); returns the
    cross-correlations summed over c, (o, h', w').
    """
    maps, weights, bias = of_layer(maps, weights, bias)
    kernel = weights.shape[2:]
    columns = im2col(maps, kernel, stride, padding, dilation)
    product = weights.reshape(len(weights), -1) @ columns.T
    sides = output_sides(maps.shape[1:], kernel, stride, padding, dilation)
    return (product + bias[:, None]).reshape(-1, *sides)


def gradients(image, kernel, output_gradient, stride=1, padding=0):
    """∂l/∂K and ∂l/∂A of Z = `cross_correlation(A, K)`, from ∂l/∂Z.

    Each place of the output adds its share to the one kernel and to
    the pixels that it read.
    """
    arrays = image, kernel, output_gradient
    image, kernel, coming = of_gradients(*arrays, stride, padding)
    to_kernel = np.zeros(kernel.shape)
    to_padded = np.zeros([n + 2 * padding for n in image.shape])
    padded = np.pad(image, padding)
    for place, gradient in np.ndenumerate(coming):
        pairs = zip(place, kernel.shape, strict=True)
        at = tuple(window(start, size, stride) for start, size in pairs)
        to_kernel += gradient * padded[at]
        to_padded[at] += gradient * kernel
    inside = [slice(padding, padding + n) for n in image.shape]
    return to_kernel, to_padded[tuple(inside)]
