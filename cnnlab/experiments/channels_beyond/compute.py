"""One channel in other lights: both signs, several pictures, step by step, without Lucent's helps; classes (row A7)."""

from dataclasses import dataclass

from cnnlab.results import Run, experiment


@dataclass(frozen=True)
class Options:
    signed: tuple[str, int] = ("layer2.3.bn3", 58)  # what the block adds, before its ReLU: it can be negative
    window: int = 128  # pixels of the patches of photos beside it
    layer: str = "layer3.5"
    channel: int = 908
    copies: int = 4
    taken: tuple[int, ...] = (1, 32, 128, 512)
    classes: tuple[int, ...] = (196, 985)  # of ImageNet: the handout's, and the daisy
    size: int = 256
    per_species: int = 2
    seed: int = 0


@experiment(
    "channels_beyond",
    options=Options,
    engine="torch",
    data=("coco", "flowers102"),
    weights=("resnet50_keras",),
    smoke=dict(size=64, taken=(1, 2), per_species=1, copies=2),
    gpu=dict(taken=(1, 32, 128, 2048)),
)
def channels_beyond(options: Options, run: Run) -> dict:
    """Sheets: `signed` (drawn and photos, lowered above, raised below), `diversity`, `steps`, `classes`, and `helps`
    (with both, without transformations, without decorrelated colours, without either).

    `cnnlab run channels_beyond`: twelve minutes on two CPU cores.
    """
    import torch

    from cnnlab.data.imagenet import class_names
    from cnnlab.interpret.exemplars import exhibits, sheet, strongest
    from cnnlab.interpret.feature_visualisation import mean_activations, render_channels
    from cnnlab.models.hooks import LABELS
    from cnnlab.models.pretrained import resnet50
    from cnnlab.training.loop import precision

    o, run.precision = options, precision(run.device)
    run.seed(o.seed)
    network = resnet50(run.weights("resnet50_keras")).to(run.device, memory_format=torch.channels_last)

    def drawn(name, channels, **options):
        standard = dict(size=o.size, steps=o.taken[-1], seed=o.seed, precision=run.precision, progress=run.progress)
        return render_channels(network, channels, folder=run.checkpoints / name, **standard | options)

    layer, channel = o.signed
    photos = exhibits(run.data("coco"), run.data("flowers102"), o.per_species)
    rows, places = [], []
    for name, sign in (("lowered", -1), ("raised", 1)):
        found = strongest(network, {layer: [channel]}, run.progress(photos, name), {layer: o.window}, sign=sign)
        places += found[layer, channel]
        picture = drawn(name, {layer: [channel]}, sign=sign)[layer, channel][0, 0]
        rows.append([picture, *(each.patch for each in found[layer, channel])])
    run.picture("signed", sheet(rows, o.size))

    one = {o.layer: [o.channel]}
    run.picture("diversity", sheet([drawn("diversity", one, copies=o.copies)[o.layer, o.channel][0]], o.size))
    stages = drawn("steps", one, steps=o.taken)
    run.picture("steps", sheet([[each[0] for each in stages[o.layer, o.channel]]], o.size))
    helps = {
        "with_both": stages,
        "not_robust": drawn("not_robust", one, transforms=()),
        "correlated": drawn("correlated", one, decorrelate=False),
        "with_neither": drawn("with_neither", one, transforms=(), decorrelate=False),
    }
    run.picture("helps", sheet([[each[o.layer, o.channel][-1, 0] for each in helps.values()]], o.size))
    classes = drawn("classes", {LABELS: list(o.classes)}, copies=2)
    run.picture("classes", sheet([[each for label in o.classes for each in classes[LABELS, label][0]]], o.size))
    names = class_names()
    return {
        "signed": {"layer": layer, "channel": channel, "credits": [each.exhibit.credit for each in places]},
        "layer": o.layer,
        "channel": o.channel,
        "steps": list(o.taken),
        "activation": {name: mean_activations(network, each)[o.layer, o.channel] for name, each in helps.items()},
        "classes": [{"class": each, "name": names[each]} for each in o.classes],
    }
