"""The variants of the fine-tuning compared on validation."""

from statistics import mean

from matplotlib.figure import Figure

from cnnlab.experiments.flowers_ablation.compute import FlowersAblation
from cnnlab.plots.rings import accuracy_rings
from cnnlab.words import Words


def variants(result: FlowersAblation, *, words: Words, theme: str) -> Figure:
    """Accuracy on validation of each variant, the best on top: a ring for each seed, a line at their mean."""
    names = dict.fromkeys(each.variant for each in result.trainings)
    rows = sorted(names, key=lambda name: mean(result.accuracies(name)))
    found = {words(f"variant_{name}"): result.accuracies(name) for name in rows}
    label, first = words("accuracy_validation"), words("variant_base")
    return accuracy_rings(found, words=words, theme=theme, xlabel=label, first=first)
