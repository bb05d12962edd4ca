"""What the figures and tables of the ResNets call their stages."""

from cnnlab.words import Words


def stage_name(name: str, words: Words) -> str:
    """A stage as table 1 of the paper names it, conv1, conv2_x … conv5_x, and the classifier.

    name: of `architecture.STAGES`, as the names of the stage's layers begin.
    """
    if name == "predictions":
        return words("classifier")
    return name if name == "conv1" else f"{name}_x"
