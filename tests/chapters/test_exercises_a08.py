"""The listings under "Qué probar después" of a08-flores run as they are printed, on the kept results."""

import re
from itertools import pairwise

CHAPTER = "a08-flores"


def test_two_classifiers_on_the_same_photos(listing, printed):
    from cnnlab.results import load

    counts, test, difference = printed(listing(CHAPTER, "lst-flores-pares"))
    first, second = map(int, re.fullmatch(r"right: sum only (\d+), probe only (\d+)", counts).groups())
    assert 0 < float(re.fullmatch(r"McNemar's test: p = (\S+)", test)[1]) < 1e-9
    value, low, high = re.fullmatch(r"difference (\S+)% \(95%: (\S+)% to (\S+)%\)", difference).groups()
    photos = sum(row.count for row in load("flowers_finetuned").reliability)
    assert value == f"{100 * (first - second) / photos:.2f}" and first > 0 and second > 0
    assert float(low) < float(value) < float(high)


def test_accuracy_rises_with_the_threshold_while_fewer_photos_are_answered(listing, printed):
    pattern = r"threshold=(\S+) answers=(\S+)% accuracy=(\S+)%"
    told = [re.fullmatch(pattern, line).groups() for line in printed(listing(CHAPTER, "lst-flores-umbral"))]
    rows = [[float(number) for number in row] for row in told]
    assert [row[0] for row in rows] == [0, 0.5, 0.8, 0.95] and rows[0][1] == 100
    assert all(before[1] > after[1] and before[2] < after[2] for before, after in pairwise(rows))
