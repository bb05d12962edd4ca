"""Convolutions read from ONNX files that are written here field by field."""

import pytest

from cnnlab.errors import DataError

pytestmark = pytest.mark.torch


@pytest.fixture
def two():
    """A 1×2 convolution of two channels, and one of a single number."""
    import torch

    return [
        (torch.tensor([1.0, 2, -3, 4]).reshape(1, 2, 1, 2), torch.tensor([0.5])),
        (torch.full((1, 1, 1, 1), 300.25), torch.tensor([-7.0])),
    ]


def test_the_convolutions_come_in_the_order_of_the_network(write_onnx, two, tmp_path):
    import torch

    from cnnlab.models.onnx_weights import convolutions

    write_onnx(tmp_path / "two.onnx", two)  # whose tensors stand in the reverse order
    for (weight, bias), (first, second) in zip(convolutions(tmp_path / "two.onnx"), two, strict=True):
        assert torch.equal(weight, first) and torch.equal(bias, second)


def test_fields_by_hand():
    from cnnlab.models.onnx_weights import fields

    message = memoryview(b"\x08\xac\x02" + b"\x12\x03abc" + b"\x1d\x01\x02\x03\x04" + b"\x21" + bytes(8))
    assert list(fields(message)) == [(1, 300), (2, b"abc"), (3, b"\x01\x02\x03\x04"), (4, bytes(8))]
    assert list(fields(memoryview(b""))) == []


@pytest.mark.parametrize("content", [None, b"", b"no network", b"\x3a\x05abc", bytes(1000), b"\x08"])
def test_a_file_that_is_no_network_is_named(tmp_path, content):
    from cnnlab.models.onnx_weights import convolutions

    path = tmp_path / "some.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"some\.onnx cannot be read as an ONNX network"):
        convolutions(path)


@pytest.mark.parametrize("left", [0.1, 0.5, 0.99])
def test_a_network_cut_short_is_named(write_onnx, two, tmp_path, left):
    from cnnlab.models.onnx_weights import convolutions

    path = tmp_path / "two.onnx"
    write_onnx(path, two)
    path.write_bytes(path.read_bytes()[: int(left * path.stat().st_size)])
    with pytest.raises(DataError, match="cannot be read as an ONNX network"):
        convolutions(path)
