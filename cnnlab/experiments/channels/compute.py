"""Nine channels of ResNet-50, early, middle and late: what is drawn for them, and the photos that hold it (row A7)."""

from dataclasses import dataclass

from cnnlab.results import Run, experiment

STAGES = ("early", "middle", "late")


@dataclass(frozen=True)
class Options:
    layers: tuple[str, ...] = ("layer1.2", "layer2.3", "layer4.1")  # one for each of STAGES
    channels: tuple[tuple[int, ...], ...] = ((21, 25, 157), (58, 66, 247), (659, 1998, 2031))
    windows: tuple[int, ...] = (56, 128, 320)  # pixels of the patches of photos
    size: int = 256  # pixels of a drawn picture
    steps: int = 512
    per_species: int = 2  # photos of each species of flowers among those that are searched
    seed: int = 0


@experiment(
    "channels",
    options=Options,
    engine="torch",
    data=("coco", "flowers102"),
    weights=("resnet50_keras",),
    smoke=dict(size=64, steps=4, per_species=1),
    gpu=dict(steps=2048),
)
def channels(options: Options, run: Run) -> dict:
    """A sheet for each stage: a row for each channel, what was drawn for it and the three photos that hold most of it.

    Told of each channel: its mean activation on what was drawn, and on the whole of the photos; the photos' credits.

    `cnnlab run channels`: six minutes on two CPU cores.
    """
    import torch

    from cnnlab.interpret.exemplars import exhibits, sheet, strongest
    from cnnlab.interpret.feature_visualisation import mean_activations, render_channels
    from cnnlab.models.pretrained import resnet50
    from cnnlab.training.loop import precision

    o, run.precision = options, precision(run.device)
    run.seed(o.seed)
    network = resnet50(run.weights("resnet50_keras")).to(run.device, memory_format=torch.channels_last)
    chosen, windows = dict(zip(o.layers, o.channels, strict=True)), dict(zip(o.layers, o.windows, strict=True))
    photos = exhibits(run.data("coco"), run.data("flowers102"), o.per_species)
    places = strongest(network, chosen, run.progress(photos, "photos"), windows)
    told = []
    for stage, layer in zip(STAGES, o.layers, strict=True):
        drawn = render_channels(
            network,
            {layer: chosen[layer]},
            size=o.size,
            steps=o.steps,
            seed=o.seed,
            precision=run.precision,
            progress=run.progress,
            folder=run.checkpoints / stage,
        )
        reached = mean_activations(network, drawn)
        rows = [[drawn[layer, each][0, 0], *(place.patch for place in places[layer, each])] for each in chosen[layer]]
        run.picture(stage, sheet(rows, o.size))
        told.append({"stage": stage, "layer": layer, "channels": []})
        for each in chosen[layer]:
            found = places[layer, each]
            told[-1]["channels"].append(
                {
                    "channel": each,
                    "drawn": reached[layer, each],
                    "photos": max(place.mean for place in found),
                    "credits": [place.exhibit.credit for place in found],
                    "sources": [place.exhibit.source for place in found],
                }
            )
    return {"network": "ResNet-50", "steps": o.steps, "size": o.size, "photos": len(photos), "stages": told}
