"""Short fine-tunings of ResNet-50, of which each differs from the first in one thing, compared on validation.

Chapter: a08-flores.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnlab.evaluation.classification import Metrics
from cnnlab.experiments.flowers_ablation.options import BASE, Options
from cnnlab.results import Result, Run, experiment
from cnnlab.results.schema import Timing

SMOKE = replace(BASE, recipe=replace(BASE.recipe, epochs=2, learning_rate=1e-9), side=64, eval_size=64)


@dataclass(frozen=True)
class ShortTraining:
    """A training of a variant with a seed, evaluated on the validation photos and their mirror images.

    train_loss: the mean of the last epoch, of augmented photos, without smoothing, in nats. temperature: the best one
    for these very photos.
    """

    variant: str
    seed: int
    validation: Metrics
    temperature: float
    train_loss: float
    seconds: Timing


@dataclass(frozen=True, kw_only=True)
class FlowersAblation(Result):
    """The trainings, in the order of the options; what all have alike: photos, epochs, sizes in pixels.

    variant: of the data set, in the catalogue.
    """

    variant: str
    photos: int
    validation_photos: int
    epochs: int
    side: int
    eval_size: int
    trainings: tuple[ShortTraining, ...]

    def accuracies(self, variant: str) -> list[float]:
        """On validation, a number for each seed."""
        return [each.validation.accuracy for each in self.trainings if each.variant == variant]


@experiment(
    "flowers_ablation",
    options=Options,
    result=FlowersAblation,
    engine="torch",
    data=("flowers102",),
    weights=("resnet50_keras",),
    smoke=dict(
        variants=(("base", SMOKE), ("three_layers", replace(SMOKE, head_layers=("layer3", "layer4")))),
        kept=("base",),
        seeds=(0,),
        per_class=1,
    ),
)
def flowers_ablation(options: Options, run: Run) -> FlowersAblation:
    """Small photos and few epochs, so that each variant can be trained with several seeds. No test photo is opened.

    `cnnlab run flowers_ablation`. Interrupted, it goes on where it was. Two CPU cores: an hour.
    """
    from cnnlab.data import flowers
    from cnnlab.data.augment import centre_crop
    from cnnlab.evaluation import classification
    from cnnlab.experiments.flower_classifiers.training import random_crops
    from cnnlab.experiments.flowers_finetuned.network import fine_tuned
    from cnnlab.models.weights_torch import save
    from cnnlab.training.classifier import evaluated_batches, fit
    from cnnlab.training.classifier_metrics import labels_of, predict_logits

    data = flowers.load(run.data("flowers102")).first_of_each_class(options.per_class)
    followed = replace(data, validation=data.validation[::10])  # after each epoch; all of them at the end
    trainings, labels = [], labels_of(data.validation)
    for name, seed, how in run.progress(list(options.trainings()), "trainings"):
        run.seed(seed)
        folder = run.checkpoints / f"{name}-{seed}"
        folder.mkdir(exist_ok=True)
        examples = random_crops(data, how)
        network, recipe = fine_tuned(examples, len(data.class_names), how, run)
        network, curve = fit(network, followed, examples, centre_crop(how.eval_size), recipe, run, folder=folder)
        if name in options.kept:
            run.keep(
                f"{name}-{seed}.safetensors",
                lambda path, network=network: save(network, path),  # type: ignore[misc]
            )
        batches = evaluated_batches(data.validation, centre_crop(how.eval_size), recipe)
        logits = predict_logits(network, run.progress(batches, "validation"), mirrored=True)
        trainings.append(
            ShortTraining(
                variant=name,
                seed=seed,
                validation=classification.metrics(logits, labels),
                temperature=classification.temperature(logits, labels),
                train_loss=curve[-1]["train_loss"],
                seconds=sum(row["seconds"] for row in curve),
            )
        )
    first = options.variants[0][1]
    return FlowersAblation(
        variant=run.variant("flowers102"),
        photos=len(data.train),
        validation_photos=len(data.validation),
        epochs=first.recipe.epochs,
        side=first.side,
        eval_size=first.eval_size,
        trainings=tuple(trainings),
    )
