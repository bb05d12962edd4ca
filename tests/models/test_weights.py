"""A file of weights fits a network whose variables have the same names and shapes, and no other."""

import pytest

from cnnlab.errors import DataError
from cnnlab.models.weights import check_shapes

NETWORK = {"one/kernel": (3, 3, 1, 2), "one/bias": (2,)}


def test_equal_names_and_shapes_fit_in_any_order():
    check_shapes(NETWORK, dict(reversed(NETWORK.items())), network_name="net", file_name="w.h5")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ({"one/kernel": (3, 3, 1, 2)}, "1 names or shapes differ, first one/bias"),
        ({**NETWORK, "one/bias": (3,)}, "1 names or shapes differ, first one/bias"),
        ({**NETWORK, "two/bias": (2,)}, "1 names or shapes differ, first two/bias"),
        ({"a": (), "b": (), "c": (), "d": ()}, "6 names or shapes differ, first a, b, c"),
    ],
    ids=["missing", "of another shape", "too many", "of another network"],
)
def test_what_differs_is_named(file, said):
    with pytest.raises(DataError, match=said) as raised:
        check_shapes(NETWORK, file, network_name="net", file_name="w.h5")
    assert "w.h5 does not fit net" in str(raised.value) and "cnnlab doctor" in str(raised.value)
