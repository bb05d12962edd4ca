"""A linear head on the stored features of a frozen network: what several of its layers say of each photo."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from cnnlab.data import flowers
from cnnlab.data.photos import Augmented, Centred
from cnnlab.models.heads import linear_head
from cnnlab.models.weights_torch import parameters
from cnnlab.results import Run
from cnnlab.training.classifier import (
    EVAL_BATCH,
    predict_logits,
    labels_of,
    measurement,
    on_validation,
    smoothed_loss,
    trained,
)
from cnnlab.runtime import autocast
from cnnlab.training.loop import train
from cnnlab.training.recipe import Recipe


def head_trained(
    network: nn.Module,
    layers: Sequence[str],
    recipe: Recipe,
    side: int,
    min_area: float,
    views: int,
    dropout: float,
    classes: int,
    run: Run,
) -> dict:
    """Store the features of each photo once, train a linear head on them, measure it as a whole network is.

    Of each training photo `views` random crops are stored, of the others the photo and its mirror image, whose logits
    are averaged; all at `side` pixels. The network itself is only ever run forward.
    """
    data = flowers.load(run.data("flowers102"))
    network = network.to(run.device, memory_format=torch.channels_last).eval()

    def stored(examples, label, mirrored=False):
        loader = DataLoader(examples, batch_size=EVAL_BATCH, num_workers=recipe.workers)
        return pooled(network, layers, run.progress(loader, label), mirrored)

    augmented = Augmented(data.train, side, min_area=min_area, seed=recipe.seed)
    crops = [stored(View(augmented, view), f"training photos, view {view} of {views}") for view in range(1, views + 1)]
    seen = {
        name: [stored(Centred(photos, side), name), stored(Centred(photos, side), f"{name}, mirrored", mirrored=True)]
        for name, photos in (("validation", data.validation), ("test", data.test))
    }
    right = labels_of(data.validation)
    head, curve = train(
        linear_head(torch.cat(crops), classes, dropout),
        smoothed_loss(recipe.smoothing),
        Stored(crops, labels_of(data.train)),
        recipe,
        run.checkpoints,
        device=run.device,
        evaluate=lambda model: on_validation(both(model, seen["validation"]), right),
        progress=lambda batches, label: batches,
    )
    told = trained(head, curve, recipe, len(data.train))
    return {
        **told,
        "parameters": parameters(network) + told["parameters"],
        "layers": tuple(layers),
        "features": crops[0].shape[1],
        "left_out": tuple(data.left_out),
        **measurement(both(head, seen["validation"]), both(head, seen["test"]), data, run),
    }


@torch.inference_mode()
def pooled(network: nn.Module, layers: Sequence[str], loader, mirrored: bool = False) -> torch.Tensor:
    """(n, features): of each named layer the mean and the maximum of every channel over the photo's positions."""
    found: dict[str, torch.Tensor] = {}
    device, out = next(network.parameters()).device, []

    def keep(name):
        def hook(_module, _inputs, output):
            output = output.float()
            found[name] = torch.cat([output.mean(dim=(2, 3)), output.amax(dim=(2, 3))], dim=1)

        return hook

    hooks = [network.get_submodule(name).register_forward_hook(keep(name)) for name in layers]
    try:
        for photos, _ in loader:
            photos = photos.to(device).contiguous(memory_format=torch.channels_last)
            with autocast(device.type):
                network(photos.flip(3) if mirrored else photos)
            out.append(torch.cat([found[name] for name in layers], dim=1).cpu())
    finally:
        for hook in hooks:
            hook.remove()
    return torch.cat(out)


def both(head: nn.Module, views: list[torch.Tensor]) -> np.ndarray:
    """The mean logits of a photo's views."""
    each = [predict_logits(head, [(view, None)]) for view in views]
    return np.mean(each, axis=0, dtype=np.float32)


class View(Dataset):
    """One random crop of each training photo: that of the epoch `view`."""

    def __init__(self, augmented: Augmented, view: int):
        self.augmented, self.view = augmented, view

    def __len__(self) -> int:
        return len(self.augmented)

    def __getitem__(self, index: int):
        return self.augmented[(self.view, index)]


class Stored(Dataset):
    """Stored features with their labels; asked for by (epoch, index), each epoch brings the next view."""

    def __init__(self, views: list[torch.Tensor], labels: np.ndarray):
        self.views, self.labels = views, labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, place: tuple[int, int]):
        epoch, index = place
        return self.views[epoch % len(self.views)][index], int(self.labels[index])
