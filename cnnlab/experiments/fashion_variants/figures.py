"""The steps from the document's recipe to the better one, compared on pictures that are held out."""

from matplotlib.figure import Figure

from cnnlab.experiments.fashion_variants.compute import FashionVariants
from cnnlab.plots.rings import accuracy_rings
from cnnlab.words import Words


def variants(result: FashionVariants, *, words: Words, theme: str) -> Figure:
    """Accuracy on the pictures held out of each step, the document's recipe on top, each with one thing more."""
    names = list(dict.fromkeys(each.variant for each in result.trainings))[::-1]
    found = {words(f"variant_{name}"): result.accuracies(name) for name in names}
    label, first = words("accuracy_held_out"), words("variant_document")
    return accuracy_rings(found, words=words, theme=theme, xlabel=label, first=first, step=0.01)
