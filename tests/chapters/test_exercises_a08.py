"""The listings under "Qué probar después" of a08-flores run as they are printed, on the kept results."""

import re
from itertools import pairwise

CHAPTER = "a08-flores"


def test_two_classifiers_on_the_same_photos(listing, printed):
    from cnnlab.results import load

    test, difference = printed(listing(CHAPTER, "lst-flores-pares"))
    first, second = (int(number) for number in re.findall(r"only=(\d+)", test))
    value = float(re.search(r"value=(\S+),", difference)[1])
    photos = sum(row.count for row in load("flowers_finetuned").reliability)
    assert abs((first - second) / photos - value) < 1e-9 and first > 0 and second > 0


def test_accuracy_rises_with_the_threshold_while_fewer_photos_are_answered(listing, printed):
    rows = [[float(number) for number in line.split()] for line in printed(listing(CHAPTER, "lst-flores-umbral"))]
    assert [row[0] for row in rows] == [0, 0.5, 0.8, 0.95] and rows[0][1] == 1
    assert all(before[1] > after[1] and before[2] < after[2] for before, after in pairwise(rows))
