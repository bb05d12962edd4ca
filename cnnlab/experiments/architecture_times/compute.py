"""Seconds and memory of the forward pass of one photo through torchvision's networks, on the CPU, in one run.

Chapter: l7-arquitecturas.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from cnnlab.results import Result, Run, Timing, experiment

if TYPE_CHECKING:
    import numpy as np
    from torch import nn

NETWORKS = (
    *("alexnet", "squeezenet1_1", "vgg11", "vgg16", "vgg16_bn", "vgg19", "googlenet"),
    *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "wide_resnet50_2", "resnext50_32x4d"),
    *("densenet121", "regnet_x_3_2gf", "regnet_y_400mf", "regnet_y_3_2gf"),
    *("mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large", "shufflenet_v2_x1_0", "mnasnet1_0"),
    *("efficientnet_b0", "convnext_tiny", "swin_t", "vit_b_32", "vit_b_16", "maxvit_t"),
)
QUARTILES = (0.25, 0.5, 0.75)
MEMORY_EVENT = "[memory]"  # in the profiler's trace: bytes that torch's allocator gives, or takes back


@dataclass(frozen=True)
class Options:
    """networks: torchvision's names, `reference` among them; side: of the photo, in pixels. rounds: in each, every
    network is timed once. seed: of weights and photo.
    """

    networks: tuple[str, ...] = NETWORKS
    reference: str = "resnet50"
    side: int = 224
    rounds: int = 21
    seed: int = 0


@dataclass(frozen=True)
class NetworkTime:
    """A network for one photo. group: see `torchvision_zoo`. multiply_adds, outputs (values that convolutions and dense
    layers write), calls (of these layers): as counted; depthwise: the multiply-adds of depthwise and grouped
    convolutions.

    seconds: median of the rounds. ratio: to the reference's time in the same round, the quartiles. weights_bytes: of
    its parameters and buffers; peak_bytes: the most that the forward pass holds at once beside them and the photo.
    """

    name: str
    group: str
    parameters: int
    multiply_adds: int
    outputs: int
    calls: int
    depthwise: int
    seconds: Timing
    ratio: tuple[Timing, Timing, Timing]
    weights_bytes: int
    peak_bytes: Timing


@dataclass(frozen=True)
class ArchitectureTimes(Result):
    """networks: in the order of the options. threads: with which torch computes."""

    networks: tuple[NetworkTime, ...]
    threads: int


@experiment(
    "architecture_times",
    options=Options,
    result=ArchitectureTimes,
    engine="torch",
    smoke=dict(
        networks=("resnet18", "mobilenet_v3_small", "vit_b_32", "swin_t", "maxvit_t"), reference="resnet18", rounds=2
    ),
)
def architecture_times(options: Options, run: Run) -> ArchitectureTimes:
    """Seconds and memory of one photo for each network with random weights, in float32, on the CPU.

    `cnnlab run architecture_times`: on two cores some minutes, 6 GB of memory. Nothing else should run meanwhile.
    """
    import torch

    from cnnlab.models import torchvision_zoo

    run.seed(options.seed)
    torch.manual_seed(options.seed)
    photo = torch.randn(1, 3, options.side, options.side)
    with computing_plainly():
        networks = {name: torchvision_zoo.build(name, options.side, "cpu") for name in options.networks}
        peaks = {name: peak_bytes(network, photo) for name, network in networks.items()}
        seconds = timed(list(networks.values()), photo, run.progress(range(options.rounds), "rounds"))
    ratios = seconds / seconds[:, [options.networks.index(options.reference)]]
    rows = zip(networks.items(), seconds.T, ratios.T, strict=True)
    return ArchitectureTimes(
        networks=tuple(row(name, network, options.side, peaks[name], *measured) for (name, network), *measured in rows),
        threads=torch.get_num_threads(),
    )


@contextmanager
def computing_plainly() -> Iterator[None]:
    """Without gradients, and with the smallest numbers taken for zero: random weights can lead to them, trained ones
    seldom, and a processor takes far longer for each."""
    import torch

    torch.set_flush_denormal(True)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_flush_denormal(False)


def timed(networks: list[nn.Module], photo, rounds: Iterator[int]) -> np.ndarray:
    """Seconds (rounds, networks) of a forward pass. In a round the networks take turns, in an order that shifts from
    round to round; before the pass that is timed each makes one that is not, so that no other's is in its caches."""
    import numpy as np

    measured = []
    for at in rounds:
        seconds = np.empty(len(networks))
        for place in np.roll(range(len(networks)), at):
            networks[place](photo)
            start = perf_counter()
            networks[place](photo)
            seconds[place] = perf_counter() - start
        measured.append(seconds)
    return np.array(measured)


def peak_bytes(network: nn.Module, photo) -> int:
    """The most bytes that torch's allocator has given for a forward pass at one time, from the profiler's trace."""
    from torch.profiler import ProfilerActivity, profile

    network(photo)
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        network(photo)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.json"
        profiler.export_chrome_trace(str(path))
        events = json.loads(path.read_text(encoding="utf-8"))["traceEvents"]
    changes = sorted((each["ts"], each["args"]["Bytes"]) for each in events if each["name"] == MEMORY_EVENT)
    held = peak = 0
    for _, change in changes:
        held += change
        peak = max(peak, held)
    return peak


def row(name: str, network: nn.Module, side: int, peak: int, seconds: np.ndarray, ratios: np.ndarray) -> NetworkTime:
    """A network's measures, with what is counted of a copy of it without numbers."""
    import numpy as np

    from cnnlab.models import cost_torch, torchvision_zoo
    from cnnlab.models.weights_torch import parameters

    costs = cost_torch.layer_costs(torchvision_zoo.build(name, side), side)
    values = [*network.parameters(), *network.buffers()]
    return NetworkTime(
        name=name,
        group=torchvision_zoo.group(name),
        parameters=parameters(network),
        multiply_adds=cost_torch.multiply_adds(costs),
        outputs=sum(each.outputs for each in costs),
        calls=len(costs),
        depthwise=sum(cost_torch.multiply_adds(costs, kind) for kind in ("depthwise", "grouped")),
        seconds=float(np.median(seconds)),
        ratio=tuple(np.quantile(ratios, QUARTILES).tolist()),
        weights_bytes=sum(each.numel() * each.element_size() for each in values),
        peak_bytes=peak,
    )
