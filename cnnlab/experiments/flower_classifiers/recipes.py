"""How each classifier of flowers was trained, as rows of a table.

Chapter: a08-flores.
"""

from __future__ import annotations

from cnnlab.experiments.flower_classifiers.figures import learned
from cnnlab.experiments.flower_classifiers.result import FlowerClassifier
from cnnlab.results import registry
from cnnlab.words import Words

HEADER = ("network", "trained_part", "pixels_train_test", "rate", "decay", "smoothing", "epochs")


def rows(results: list[FlowerClassifier], words: Words) -> list[list[str]]:
    """A row for each classifier, in the order of HEADER; the rate is that of the last stage before the head."""
    found = []
    for each in results:
        options = registry.get(each.record.name).options_for(each.provenance.budget)
        recipe, evaluated = options.recipe, getattr(each, "own_size", getattr(options, "eval_size", options.side))
        found.append(
            [
                each.network,
                words(learned(each)),
                f"{options.side} → {evaluated}",
                words.exact(recipe.learning_rate),
                words.exact(recipe.weight_decay),
                words.exact(recipe.smoothing),
                words.integer(recipe.epochs),
            ]
        )
    return found
