"""The linear support vector machine, beside scikit-learn's own."""

import numpy as np
import pytest

from cnnlab.errors import OptionError
from cnnlab.training.linear_svm import linear_svm, unit_rows

pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install -r requirements.txt")


def drawn(count=40, dimensions=60, apart=0.5):
    rng = np.random.default_rng(0)
    labels = np.arange(count) % 2
    return rng.normal(size=(count, dimensions)) + apart * labels[:, None], labels


def test_two_points_are_parted_in_the_middle():
    machine = linear_svm(np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([0, 1]), [1e6])
    assert machine.weights == pytest.approx([1, 0]) and machine.bias == pytest.approx(-1)
    assert machine.scores(np.array([[1.0, 5.0]])) == pytest.approx([0])
    assert machine.predicted(np.array([[0.9, 0.0], [1.1, 0.0]])).tolist() == [0, 1]


def test_it_is_that_of_scikit_learn():
    from sklearn.svm import SVC

    features, labels = drawn()
    others, _ = drawn(12)
    machine = linear_svm(features, labels, [0.01])
    theirs = SVC(kernel="linear", C=0.01).fit(features, labels)
    assert machine.scores(others) == pytest.approx(theirs.decision_function(others), abs=1e-6)


def test_the_cost_is_chosen_by_cross_validation():
    from sklearn.model_selection import cross_val_score
    from sklearn.svm import SVC

    features, labels = drawn(apart=0.2)
    costs = (0.001, 0.1, 10.0)
    scores = [cross_val_score(SVC(kernel="linear", C=cost), features, labels, cv=5).mean() for cost in costs]
    assert linear_svm(features, labels, costs[::-1]).cost == costs[int(np.argmax(scores))]


def test_rows_are_divided_by_their_lengths():
    assert unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[0.6, 0.8], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"features": np.full((4, 2), np.inf)}, "finite"),
        ({"features": np.zeros(4)}, r"\(n, d\)"),
        ({"labels": np.array([0, 1, 2, 1])}, "0 and 1"),
        ({"labels": np.zeros(4, int)}, "0 and 1"),
        ({"labels": np.array([0, 1])}, "one for each row"),
        ({"costs": ()}, "above 0"),
        ({"costs": (0.0,)}, "above 0"),
        ({"costs": (1.0, 2.0), "folds": 3}, "folds=3 of 2 rows"),
        ({"costs": np.array(1.0)}, "above 0"),
        ({"costs": 1.0}, "costs=1.0(.|\n)*above 0"),
        ({"costs": {1.0, 2.0}}, "costs={1.0, 2.0}"),
        ({"costs": (1.0, np.inf)}, "finite numbers above 0"),
        ({"costs": (10**400,)}, "finite numbers above 0"),
        ({"costs": (True,)}, "finite numbers above 0"),
        ({"features": [[1.0], [1.0, 2.0]]}, "features of type list"),
        ({"features": None}, "features: object"),
        ({"labels": np.full(4, 7)}, r"labels of int64 and shape \(4,\), among them \[7\]"),
        ({"labels": list("aabb")}, "labels: <U1"),
        ({"features": np.eye(4)[:, :3] * 1e30}, r"lengths up to 1e\+30(.|\n)*unit_rows\(features\)"),
        ({"features": np.eye(4)[:, :3] * 1e30, "costs": (1.0, 2.0)}, r"lengths up to 1e\+30"),
    ],
)
def test_what_cannot_be_fitted_is_refused(changes, said):
    given = {"features": np.eye(4)[:, :3], "labels": np.array([0, 1, 0, 1]), "costs": (1.0,), "folds": 2} | changes
    with pytest.raises(OptionError, match=said):
        linear_svm(**given)


def test_a_fit_that_does_not_end_is_stopped(monkeypatch):
    """Rows that are long and no line parts: libsvm went on for ever."""
    monkeypatch.setitem(linear_svm.__globals__, "STEPS", 1000)
    features, labels = drawn(60, 3, 0.2)
    for costs in ([1.0], [1.0, 2.0]):
        with pytest.raises(OptionError, match="terminated early(.|\n)*smaller costs"):
            linear_svm(1000 * features, labels, costs)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([[3.0, 4.0], [3e200, 4e200]], r"up to 4e\+200 in row 1(.|\n)*divide or multiply"),
        ([[3e-200, 4e-200]], "up to 4e-200 in row 0"),
        ([[np.nan, 1.0]], "finite"),
        ([3.0, 4.0], r"\(n, d\)"),
        ([["3", "4"]], "real numbers"),
    ],
)
def test_rows_that_have_no_length_of_1_are_refused(rows, said):
    """Long rows became zeros, short ones stayed as short."""
    with pytest.raises(OptionError, match=said):
        unit_rows(rows)


def test_another_number_of_features_is_refused():
    machine = linear_svm(np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([0, 1]), [1.0])
    with pytest.raises(OptionError, match=r"\(n, 2\)"):
        machine.scores(np.zeros((1, 3)))
    for wrong in ([[np.nan, 0.0]], [[np.inf, 0.0]], [["1", "2"]], [[1.0], [1.0, 2.0]], [[1j, 0.0]]):  # once of class 0
        with pytest.raises(OptionError, match="features"):
            machine.predicted(wrong)
