"""Messages say what was got, what is allowed, what to do."""

import errno

import numpy as np
import pytest

from cnnlab.errors import STORAGE, BookError, CnnlabError, OptionError, StorageError, check_whole, nearest, storage


def test_a_message_has_a_line_for_each_thing_it_says():
    assert str(CnnlabError("x is 3")) == "x is 3"
    whole = BookError("x is 3", allowed=(1, 2), remedy="choose one", where="a.qmd:7")
    assert str(whole) == "a.qmd:7: x is 3\n  allowed: 1, 2\n  to do:   choose one"


def test_the_nearest_names_are_asked_for():
    assert nearest("shortcut", ["shortcuts", "resnet"]) == "did you mean 'shortcuts'?"
    assert nearest("xyz", ["shortcuts"]) is None
    assert nearest("MNIST", ["mnist", "Resnet"]) == "did you mean 'mnist'?"
    assert nearest("resnet", ["mnist", "ResNet"]) == "did you mean 'ResNet'?"


def test_whole_numbers_are_those_of_python_and_numpy():
    check_whole(1, depth=1, width=np.int64(3))
    for value in (0, 1.0, True, None, "1", np.bool_(True)):
        with pytest.raises(OptionError, match=r"width=(.*)\n *allowed: a whole number from 1"):
            check_whole(1, depth=1, width=value)


@pytest.mark.parametrize("number", sorted(STORAGE))
def test_errors_of_writing_name_the_path(number):
    with pytest.raises(StorageError, match="/some/folder: "), storage("/some/folder"):
        raise OSError(number, "message of the system")


def test_other_errors_pass():
    with pytest.raises(FileNotFoundError), storage("/some/folder"):
        raise FileNotFoundError(errno.ENOENT, "no such file")
