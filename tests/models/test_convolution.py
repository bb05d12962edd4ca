"""A convolutional layer step by step against torch and scipy. Chapter: l1-fundamentos."""

import numpy as np
import pytest

from cnnlab.errors import OptionError
from cnnlab.models import convolution

CASES = 60


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def shapes(seed, padded=True):
    """Random sides, kernels, stride, padding, dilation, of which the kernel fits into the input."""
    rng = np.random.default_rng(seed)
    found = 0
    while found < CASES:
        sides, kernel = (tuple(map(int, rng.integers(1, most + 1, 2))) for most in (9, 4))
        stride, padding, dilation = int(rng.integers(1, 4)), int(rng.integers(4)) * padded, int(rng.integers(1, 4))
        if all(dilation * (k - 1) + 1 <= n + 2 * padding for n, k in zip(sides, kernel, strict=True)):
            found += 1
            yield sides, kernel, stride, padding, dilation


@pytest.mark.torch
def test_loops_and_product_are_torchs_convolution():
    import torch

    for n, (sides, kernel, stride, padding, dilation) in enumerate(shapes(0)):
        channels = 1 + n % 3
        maps, weights, bias = drawn(channels, *sides), drawn(2, channels, *kernel, seed=1), drawn(2, seed=2)
        how = dict(stride=stride, padding=padding, dilation=dilation)
        expected = torch.nn.functional.conv2d(
            *(torch.from_numpy(each) for each in (maps, weights, bias)), **how
        ).numpy()
        assert expected.shape[1:] == tuple(convolution.output_sides(sides, kernel, stride, padding, dilation))
        np.testing.assert_allclose(convolution.layer_as_product(maps, weights, bias, **how), expected, atol=1e-12)
        looped = (
            sum(convolution.cross_correlation(m, w, **how) for m, w in zip(maps, weights[0], strict=True)) + bias[0]
        )
        np.testing.assert_allclose(looped, expected[0], atol=1e-12)


@pytest.mark.torch  # scipy comes with what torch is installed with
def test_correlation_and_convolution_are_scipys():
    from scipy.signal import convolve2d, correlate2d

    for sides, kernel, *_ in shapes(1, padded=False):
        image, weights = drawn(*sides), drawn(*kernel, seed=1)
        for ours, theirs in ((convolution.cross_correlation, correlate2d), (convolution.convolve, convolve2d)):
            np.testing.assert_allclose(ours(image, weights), theirs(image, weights, mode="valid"), atol=1e-12)


@pytest.mark.torch
def test_pooling_is_torchs():
    import torch

    for n, (sides, kernel, stride, *_) in enumerate(shapes(2, padded=False)):
        stride = stride if n % 2 else None
        image = drawn(*sides)
        for reduce, layer in ((np.max, torch.nn.MaxPool2d), (np.mean, torch.nn.AvgPool2d)):
            expected = layer(kernel, stride)(torch.from_numpy(image)[None])[0].numpy()
            np.testing.assert_allclose(convolution.pool(image, kernel, stride, reduce), expected, atol=1e-12)


@pytest.mark.torch
def test_gradients_are_autograds():
    import torch

    for sides, kernel, stride, padding, dilation in shapes(3):
        if dilation > 1:
            continue
        image, weights = drawn(*sides), drawn(*kernel, seed=1)
        a, k = (torch.from_numpy(each).requires_grad_() for each in (image, weights))
        out = torch.nn.functional.conv2d(a[None, None], k[None, None], stride=stride, padding=padding)[0, 0]
        gradient = drawn(*out.shape, seed=2)
        out.backward(torch.from_numpy(gradient))
        to_kernel, to_image = convolution.gradients(image, weights, gradient, stride, padding)
        np.testing.assert_allclose(to_kernel, k.grad.numpy(), atol=1e-12)
        np.testing.assert_allclose(to_image, a.grad.numpy(), atol=1e-12)


def test_a_row_of_im2col_is_a_window():
    maps = np.arange(32).reshape(2, 4, 4)
    rows = convolution.im2col(maps, (2, 3))
    assert rows.shape == (6, 12)
    assert rows[3].tolist() == maps[:, 1:3, 1:4].ravel().tolist()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((4, 5), "a kernel of 5 with dilation 1 covers 5 pixels of 4"),
        ((4, 3, 1, 0, 2), "a kernel of 3 with dilation 2 covers 5 pixels of 4"),
        ((4, 3, 0), "stride=0"),
        ((4, 3, 1, -1), "padding=-1"),
        ((4, 3, 1, 0, 0), "dilation=0"),
        ((4, 0), "kernel=0"),
        ((0, 1), "side=0"),
        ((4, 2.5), "kernel=2.5"),
        ((4, True), "kernel=True"),
    ],
)
def test_sizes_without_a_place_for_the_kernel_are_refused(arguments, named):
    with pytest.raises(OptionError, match=named) as error:
        convolution.output_size(*arguments)
    assert error.value.allowed
    if len(arguments) == 3:
        with pytest.raises(OptionError, match="stride=0"):
            convolution.cross_correlation(np.ones((4, 4)), np.ones((3, 3)), stride=0)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [("u1", 200, 360_000), ("i1", -100, 90_000), ("u2", 60_000, 32_400_000_000), ("?", 1, 9)],
)
def test_whole_numbers_do_not_overflow(kind, value, expected):
    image = np.full((3, 3), value, kind)
    for operation in (convolution.cross_correlation, convolution.convolve):
        found = operation(image, image)
        assert found.tolist() == [[expected]] and found.dtype == np.int64
    layer = convolution.layer_as_product(image[None], image[None, None], np.array([1]))
    assert layer.tolist() == [[[expected + 1]]]
    to_kernel, to_image = convolution.gradients(image, image, image[:1, :1])
    assert (to_kernel == expected / 9).all() and (to_image == expected / 9).all()


@pytest.mark.parametrize("kinds", ["ff", "dd", "fd", "Bf", "fB", "ll", "lf"])
def test_the_type_of_other_products_is_numpys(kinds):
    image, kernel = (drawn(4, 5).astype(kinds[0]), drawn(2, 3, seed=1).astype(kinds[1]))
    assert convolution.cross_correlation(image, kernel).dtype == np.result_type(image, kernel)


def test_lists_are_arrays():
    image, kernel = [[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0], [0, 1]]
    assert convolution.cross_correlation(image, kernel).tolist() == [[6, 8], [12, 14]]
    assert convolution.convolve(image, [[1, 0], [0, 0]]).tolist() == [[5, 6], [8, 9]]
    assert convolution.pool(image, [3, 3]).tolist() == [[9]]
    assert convolution.layer_as_product([image], [[kernel]], [1]).tolist() == [[[7, 9], [13, 15]]]
    assert convolution.gradients(image, kernel, [[1, 1], [1, 1]])[0].tolist() == [[12, 16], [24, 28]]


PICTURE, KERNEL = np.ones((4, 4)), np.ones((2, 2))


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        (
            "cross_correlation",
            (np.ones((4, 4, 3)), KERNEL),
            r"image of float64 and shape \(4, 4, 3\)\n *allowed: .*h, w",
        ),
        ("cross_correlation", (PICTURE, KERNEL[0]), r"kernel of float64 and shape \(2,\)\n *allowed: numbers \(a, b\)"),
        ("cross_correlation", ([["a"]], [[1]]), "image of <U1"),
        ("convolve", (PICTURE, 1), r"kernel of int64 and shape \(\)"),
        ("pool", (PICTURE, 2), r"kernel=2\n *allowed: its sides \(a, b\)"),
        ("pool", (PICTURE[None], (2, 2)), "image of float64"),
        ("im2col", (PICTURE, (2, 2)), "maps of float64"),
        (
            "layer_as_product",
            (PICTURE[None], np.ones((2, 3, 2, 2)), np.ones(2)),
            r"weights \(2, 3, 2, 2\), maps \(1, 4",
        ),
        ("layer_as_product", (PICTURE[None], np.ones((2, 1, 2, 2)), np.ones(1)), r"bias \(1,\)\n *allowed: weights"),
        ("gradients", (PICTURE, KERNEL, np.ones((2, 2))), r"output_gradient of shape \(2, 2\)\n *allowed: \(3, 3\)"),
        ("gradients", (PICTURE, KERNEL, np.ones((3, 4))), r"output_gradient of shape \(3, 4\)"),
    ],
)
def test_arrays_of_other_shapes_are_refused(name, arguments, told):
    with pytest.raises(OptionError, match=told):
        getattr(convolution, name)(*arguments)
