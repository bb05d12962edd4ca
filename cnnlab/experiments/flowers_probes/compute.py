"""Linear probes of the frozen ResNet-50 in closed form: which layers, sizes and penalty, chosen on validation.

Chapter: a08-flores.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnlab.evaluation.classification import Metrics
from cnnlab.experiments.flowers_probes.options import HEAD, SETS, Options, TrainedHead
from cnnlab.results import Result, Run, experiment
from cnnlab.results.schema import Timing
from cnnlab.training.ridge_settings import Extraction, Grid, Trial, best

CLASSES = 102


@dataclass(frozen=True, kw_only=True)
class FlowersProbes(Result):
    """Trials on validation, and the test of the one that was chosen there.

    photos: of training; left_out: numbers of training photos that are also test photos. variant: of the data set, in
    the catalogue. trials: all settings; chosen: the best of them by `cnnlab.training.ridge_settings.best`. heads:
    trained by descent on the chosen features at the last of the chosen sizes. temperature: fitted on validation; the
    logits of the metrics and arrays are divided by it. extractions, fitting_seconds: what the features, and all fits of
    ridges, took.

    Arrays: `validation_logits`, `test_logits` (n, 102), float16; `validation_label`, `test_label` (n,).
    """

    network: str
    variant: str
    photos: int
    left_out: tuple[int, ...]
    trials: tuple[Trial, ...]
    chosen: Trial
    heads: tuple[TrainedHead, ...]
    temperature: float
    validation: Metrics
    test: Metrics
    extractions: tuple[Extraction, ...]
    fitting_seconds: Timing

    @property
    def parameters(self) -> int:
        """Of the chosen linear classifiers: a weight for each feature and a bias, for each species."""
        return (self.chosen.features + len(self.chosen.setting.sizes)) * CLASSES


@experiment(
    "flowers_probes",
    options=Options,
    result=FlowersProbes,
    engine="torch",
    data=("flowers102",),
    weights=("resnet50_keras",),
    smoke=dict(
        grid=Grid(SETS[5:], ((48,), (64,), (48, 64)), (0.1, 1.0)),
        head=replace(HEAD, epochs=2, batch=16),
        head_seeds=(0,),
        per_class=1,
    ),
)
def flowers_probes(options: Options, run: Run) -> FlowersProbes:
    """The network runs forward only: features of all photos and their mirror images, then linear systems to solve.

    The test photos are opened once, after the choice, at the chosen sizes alone. `cnnlab run flowers_probes`: above 0.9
    on the 6,149 test photos. Two CPU cores: 5 minutes to choose, 4 to 6 minutes for the test at each chosen size.
    """
    import time

    import numpy as np

    from cnnlab.data import flowers
    from cnnlab.evaluation import classification
    from cnnlab.experiments.flowers_probes.heads import trained_heads
    from cnnlab.models.pretrained import resnet50
    from cnnlab.training.ridge_probe import pooled, search, setting_logits, stored

    run.seed(options.head.seed)
    data = flowers.load(run.data("flowers102")).first_of_each_class(options.per_class)
    classes = len(data.class_names)
    source = pooled(resnet50(run.weights("resnet50_keras")), options.grid.layers, run)
    sizes = options.grid.all_sizes
    train = stored(source, data.train, "train", sizes, run, options.workers)
    validation = stored(source, data.validation, "validation", sizes, run, options.workers)
    begin = time.monotonic()
    trials = search(source, train, validation, classes, options.grid, run.progress)
    chosen = best(trials)
    setting = chosen.setting
    logits = {"validation": setting_logits(source, train, validation, classes, setting)}
    fitting_seconds = time.monotonic() - begin
    heads = trained_heads(source, train, validation, classes, setting, (options, run))
    temperature = classification.temperature(logits["validation"], validation.labels)
    test = stored(source, data.test, "test", setting.sizes, run, options.workers)  # nothing is chosen from here on
    logits["test"] = setting_logits(source, train, test, classes, setting)
    metrics = {}
    for split, labels in (("validation", validation.labels), ("test", test.labels)):
        scaled = logits[split] / temperature
        run.array(f"{split}_logits", scaled.astype("float16"))
        run.array(f"{split}_label", labels.astype("uint8"))
        metrics[split] = classification.metrics(scaled, labels)
    numbers = {f"{split}_number": [p.number for p in getattr(data, split)] for split in logits}
    kept = numbers | {f"{split}_logits": each / temperature for split, each in logits.items()}
    run.keep("logits.npz", lambda path: np.savez(path, allow_pickle=False, **kept))
    return FlowersProbes(
        network="ResNet-50",
        variant=run.variant("flowers102"),
        photos=len(data.train),
        left_out=data.left_out,
        trials=trials,
        chosen=chosen,
        heads=heads,
        temperature=temperature,
        extractions=(*train.extractions, *validation.extractions, *test.extractions),
        fitting_seconds=fitting_seconds,
        **metrics,
    )
