"""The head of document 002 on frozen ResNet-50 and SqueezeNet, for cats and dogs.

Chapter: l5-transferencia.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnlab.errors import OptionError
from cnnlab.evaluation.classification import Metrics
from cnnlab.results import Result, Run, experiment
from cnnlab.training.classifier_result import Epoch
from cnnlab.training.recipe import ConstantRecipe

RECIPE = ConstantRecipe(
    epochs=20, batch=32, learning_rate=1e-3, weight_decay=0.0, smoothing=0.0, optimiser="Adam", workers=0
)

NETWORKS = ("resnet50", "squeezenet")


@dataclass(frozen=True, kw_only=True)
class Options:
    """recipe: Adam and its rate are the document's, epochs and batch are not printed there; its seed is not used.

    Raises: OptionError for networks that are none of NETWORKS, or one twice.
    """

    recipe: ConstantRecipe = RECIPE
    networks: tuple[str, ...] = NETWORKS
    seeds: tuple[int, ...] = (0, 1, 2)

    def __post_init__(self):
        if not self.networks or not set(self.networks) <= set(NETWORKS) or len(set(self.networks)) < len(self.networks):
            raise OptionError(f"networks={self.networks}", allowed=f"{', '.join(NETWORKS)}, each once, or one of them")


@dataclass(frozen=True)
class Head:
    """A head trained on the stored features of a frozen network: its parameters, what it reaches at the end."""

    network: str
    seed: int
    parameters: int
    curve: tuple[Epoch, ...]
    validation: Metrics
    test: Metrics


@dataclass(frozen=True, kw_only=True)
class TransferHeads(Result):
    """Arrays: `label` (n,), of the test photos; `<network>_predicted` (seeds, n)."""

    photos: int
    heads: tuple[Head, ...]

    def of(self, network: str) -> list[Head]:
        """Those on a network, a seed each."""
        return [each for each in self.heads if each.network == network]


@experiment(
    "transfer_heads",
    options=Options,
    result=TransferHeads,
    engine="torch",
    depends_on=("transfer_features",),
    smoke=dict(recipe=replace(RECIPE, epochs=2, batch=4), seeds=(0,)),
)
def transfer_heads(options: Options, run: Run) -> TransferHeads:
    """The features are those that `transfer_features` keeps: a photo is never decoded.

    `cnnlab run transfer_heads`: near 0.98 on ResNet-50. One CPU core: a minute.
    """
    import numpy as np
    import torch

    from cnnlab.evaluation import classification
    from cnnlab.models.document_head import TwoClassHead
    from cnnlab.models.weights_torch import parameters
    from cnnlab.training.classifier import smoothed_loss
    from cnnlab.training.classifier_metrics import predict_logits, validation_row
    from cnnlab.training.linear_probe import StoredFeatures
    from cnnlab.training.loop import train

    stored = np.load(run.needed("transfer_features", "features.npz"))
    labels = {split: stored[f"pets_{split}_label"].astype(np.int64) for split in ("train", "validation", "test")}
    heads = []
    for network in options.networks:
        inputs = {split: torch.from_numpy(stored[f"pets_{network}_{split}"]).float() for split in labels}
        predicted = []
        for seed in options.seeds:
            run.seed(seed)
            head, curve = train(
                TwoClassHead(inputs["train"].shape[1]),
                smoothed_loss(0.0),
                StoredFeatures([inputs["train"]], labels["train"]),
                replace(options.recipe, seed=seed),
                run.checkpoints / f"{network}-{seed}",
                device=run.device,
                evaluate=lambda each, inputs=inputs: validation_row(  # type: ignore[misc]
                    predict_logits(each, [(inputs["validation"], None)]), labels["validation"]
                ),
            )
            logits = {split: predict_logits(head, [(inputs[split], None)]) for split in ("validation", "test")}
            metrics = {split: classification.metrics(each, labels[split]) for split, each in logits.items()}
            epochs = tuple(Epoch(**row) for row in curve)
            heads.append(Head(network, seed, parameters(head), epochs, metrics["validation"], metrics["test"]))
            predicted.append(logits["test"].argmax(axis=1))
        run.array(f"{network}_predicted", np.stack(predicted).astype(np.uint8))
    run.array("label", labels["test"].astype(np.uint8))
    return TransferHeads(photos=len(labels["train"]), heads=tuple(heads))
