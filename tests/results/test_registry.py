"""What an experiment may declare."""

from dataclasses import dataclass

import pytest

from cnnlab.errors import OptionError
from cnnlab.results import Result, registry


@dataclass(frozen=True)
class Options:
    seeds: tuple[int, ...] = (0, 1)
    epochs: int = 10


@dataclass(frozen=True)
class Some(Result):
    value: int


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setattr(registry, "REGISTERED", dict(registry.REGISTERED))


def declared(**declaration):
    registry.experiment("some", options=Options, result=Some, **declaration)(lambda options, run: Some(1))
    return registry.REGISTERED["some"]


def test_budgets_change_what_they_name():
    some = declared(smoke={"epochs": 1}, gpu={"epochs": 100})
    assert [some.options_for(budget).epochs for budget in ("smoke", "cpu", "gpu")] == [1, 10, 100]
    assert some.plain_options("cpu") == {"seeds": [0, 1], "epochs": 10}


def test_an_unknown_budget_option_engine_or_experiment_is_named():
    with pytest.raises(OptionError, match="budget 'gpus'.*\n.*\n.*did you mean 'gpu'"):
        declared().options_for("gpus")
    with pytest.raises(OptionError, match="'epoch', which is no option of it(.*\n)*.*did you mean 'epochs'"):
        declared(smoke={"epoch": 1})
    with pytest.raises(OptionError, match="engine 'jax'"):
        declared(engine="jax")
    with pytest.raises(OptionError, match="there is no experiment 'shortcut'(.*\n)*.*did you mean 'shortcuts'"):
        registry.get("shortcut")


def test_options_must_be_frozen():
    with pytest.raises(OptionError, match="frozen=True"):
        registry.experiment("some", options=dataclass(type("Loose", (), {})), result=Some)


def test_a_type_of_results_is_a_frozen_dataclass_whose_fields_leave_the_reserved_names_alone():
    for kind in (dict, Options, dataclass(type("Loose", (Result,), {}))):
        with pytest.raises(OptionError, match="not a frozen dataclass of Result"):
            registry.experiment("some", options=Options, result=kind)
    taken = dataclass(frozen=True)(type("Taken", (Result,), {"__annotations__": {"arrays": int}}))
    with pytest.raises(OptionError, match="may not be called 'arrays'"):
        registry.experiment("some", options=Options, result=taken)


def test_every_experiment_of_the_package_is_declared_under_its_own_name():
    for name in registry.names():
        found = registry.get(name)
        assert found.name == name
        assert found.function.__doc__
        for budget in ("smoke", "cpu", "gpu"):
            found.options_for(budget)
