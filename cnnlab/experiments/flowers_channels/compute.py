"""The same channels of ResNet-50 before and after it learned the flowers, and three of its species (row A9)."""

from dataclasses import dataclass

from cnnlab.results import Run, experiment

STAGES = ("early", "middle", "late")


@dataclass(frozen=True)
class Options:
    layers: tuple[str, ...] = ("layer1.2", "layer2.3", "layer4.1")  # the same as in `channels`
    channels: tuple[tuple[int, ...], ...] = ((21, 25, 157), (58, 66, 247), (659, 1998, 2031))
    species: tuple[int, ...] = (53, 76, 81)  # from 0: sunflower, passion flower, clematis
    photos: int = 3  # of each species
    size: int = 256
    steps: int = 256
    seed: int = 0


@experiment(
    "flowers_channels",
    options=Options,
    engine="torch",
    data=("flowers102",),
    weights=("resnet50_keras",),
    needs=("flowers_resnet50",),
    smoke=dict(size=64, steps=4),
    gpu=dict(steps=2048),
)
def flowers_channels(options: Options, run: Run) -> dict:
    """Sheets: for each stage the channels with ImageNet's weights above and fine-tuned below, from the same start;
    `species`: a row for each, what was drawn for its label and training photos of it. Told of each channel: its mean
    activation in the fine-tuned network by the picture drawn with the old weights, and by that drawn with the new ones.

    `cnnlab run flowers_channels`: seven minutes on two CPU cores.
    """
    from cnnlab.data import flowers
    from cnnlab.data.photos import decode
    from cnnlab.experiments._fine_tuned import fine_tuned
    from cnnlab.interpret.exemplars import cut, sheet
    from cnnlab.interpret.feature_visualisation import mean_activations, render_channels
    from cnnlab.models.hooks import LABELS
    from cnnlab.models.pretrained import resnet50
    from cnnlab.training.loop import precision

    o, run.precision = options, precision(run.device)
    run.seed(o.seed)
    before = resnet50(run.weights("resnet50_keras"))
    classifier = fine_tuned(run.needed("flowers_resnet50", "network.safetensors"))
    drawn_for = {"before": before, "after": classifier.network, "species": classifier}
    for network in drawn_for.values():
        network.to(run.device)

    def drawn(name, stage, channels):
        return render_channels(
            drawn_for[name],
            channels,
            size=o.size,
            steps=o.steps,
            seed=o.seed,
            precision=run.precision,
            progress=run.progress,
            folder=run.checkpoints / f"{stage}-{name}",
        )

    told = []
    for stage, layer, chosen in zip(STAGES, o.layers, o.channels, strict=True):
        pictures = {name: drawn(name, stage, {layer: list(chosen)}) for name in ("before", "after")}
        run.picture(stage, sheet([[each[layer, one][0, 0] for one in chosen] for each in pictures.values()], o.size))
        # Both in the fine-tuned network: a channel that stayed what it was still takes its old picture.
        crossed = mean_activations(classifier.network, pictures["before"])
        own = mean_activations(classifier.network, pictures["after"])
        told.append(
            {
                "stage": stage,
                "layer": layer,
                "channels": [
                    {"channel": one, "old_picture": crossed[layer, one], "new_picture": own[layer, one]}
                    for one in chosen
                ],
            }
        )
    pictures = drawn("species", "labels", {LABELS: list(o.species)})
    examples = {each: [p for p in flowers.load(run.data("flowers102")).train if p.label == each] for each in o.species}
    rows = []
    for each in o.species:
        shown = [decode(photo) for photo in examples[each][: o.photos]]
        squares = [cut(one, (one.width / 2, one.height / 2), min(one.size)) for one in shown]
        rows.append([pictures[LABELS, each][0, 0], *squares])
    run.picture("species", sheet(rows, o.size))
    names = flowers.names()
    return {"stages": told, "species": [{"label": each, "name": names[each]} for each in o.species], "steps": o.steps}
