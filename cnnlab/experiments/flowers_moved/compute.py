"""How far each block of ResNet-50 moved as it learned the flowers: its weights, and what it says of photos (row A9)."""

from dataclasses import dataclass

from cnnlab.results import Run, experiment

COUNTS = {"layer1": 3, "layer2": 4, "layer3": 6, "layer4": 3}  # blocks of each stage
BLOCKS = (("conv1",), *(tuple(f"{stage}.{block}" for block in range(count)) for stage, count in COUNTS.items()))


@dataclass(frozen=True)
class Options:
    side: int = 224  # pixels of a photo that is compared
    photos: int | None = None  # of validation; None: all 1,020
    layers: tuple[tuple[str, ...], ...] = BLOCKS  # those of a tuple are described in one pass


@experiment(
    "flowers_moved",
    options=Options,
    engine="torch",
    data=("flowers102",),
    weights=("resnet50_keras",),
    needs=("flowers_resnet50",),
    smoke=dict(side=64, photos=8, layers=(("conv1",), ("layer4.1", "layer4.2"))),
)
def flowers_moved(options: Options, run: Run) -> dict:
    """For the first convolution and each block: ‖w′ − w‖ / ‖w‖, and linear CKA of its answers before and after.

    `cnnlab run flowers_moved`: seven minutes on two CPU cores.
    """
    from torch.utils.data import DataLoader

    from cnnlab.data import flowers
    from cnnlab.data.photos import Centred
    from cnnlab.experiments._fine_tuned import fine_tuned
    from cnnlab.interpret.similarity import cka, described, weight_change
    from cnnlab.models.pretrained import resnet50
    from cnnlab.training.classifier import MEASURED

    o = options
    before = resnet50(run.weights("resnet50_keras")).to(run.device)
    after = fine_tuned(run.needed("flowers_resnet50", "network.safetensors")).network.to(run.device)
    photos = flowers.load(run.data("flowers102")).validation[: o.photos]
    moved = []
    for names in o.layers:
        loader = DataLoader(Centred(photos, o.side), batch_size=MEASURED)
        old, new = (described(network, names, run.progress(loader, names[0])) for network in (before, after))
        for name in names:
            change = weight_change(before, after, name)
            moved.append({"layer": name, "weights": change, "cka": cka(old[name], new[name])})
    return {"photos": len(photos), "layers": moved}
