"""How long nine channels take with `render_channels`, and with Lucent's `render_vis` one by one and in a batch.

    python benchmarks/channels.py [--rounds 3] [--steps 48] [--size 224]

ResNet-50 with random weights, three channels of an early, a middle and a late layer. Steps, size, Lucent's transforms,
optimiser and parametrisation are the same. Ours: one batch, each layer's pictures no further than that layer, and once
more with bfloat16 where the device multiplies it faster. They take turns, so that a change of the machine's load meets
all. Prints a table and writes it with machine and versions to benchmarks/channels.json; what to compare is the ratio.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from functools import partial

import torch
from machine import about_machine, asked, compared, in_turns, rounded, write

from cnnlab import runtime
from cnnlab.interpret.feature_visualisation import render_channels
from cnnlab.models.pretrained import resnet50
from cnnlab.runtime import fastest_precision

PACKAGES = ("torch", "torchvision", "torch-lucent", "kornia")
CHANNELS = {"layer1.2": [0, 1, 2], "layer2.3": [0, 1, 2], "layer4.1": [0, 1, 2]}


def lucent(device: str, steps: int, size: int, together: bool) -> float:
    """Seconds that `render_vis` takes for the channels: one after the other, or in one batch."""
    with warnings.catch_warnings():  # kornia 0.4 still uses what torch has since deprecated
        warnings.simplefilter("ignore")
        from lucent.optvis import objectives, param, render
    names = [(layer.replace(".", "_"), channel) for layer, channels in CHANNELS.items() for channel in channels]
    groups = [names] if together else [[each] for each in names]
    network = resnet50().to(device)
    begin = time.monotonic()
    for group in groups:
        wanted = [objectives.channel(layer, channel, batch=at) for at, (layer, channel) in enumerate(group)]
        render.render_vis(
            network,
            objectives.Objective.sum(wanted),
            partial(param.image, size, batch=len(group)),
            thresholds=(steps,),
            progress=False,
            show_image=False,
        )
    return time.monotonic() - begin


def ours(device: str, steps: int, size: int, in_precision: str) -> float:
    """Seconds that `render_channels` takes for the same."""
    network = resnet50().to(device, memory_format=torch.channels_last)
    begin = time.monotonic()
    render_channels(network, CHANNELS, size=size, steps=steps, precision=in_precision)
    return time.monotonic() - begin


def main() -> int:
    given = asked(
        __doc__,
        ("rounds", 3, "turns of each"),
        ("steps", 48, "steps of the optimiser"),
        ("size", 224, "pixels of a side"),
    )
    device = runtime.start("torch").kind
    ways = {
        "render_vis": lambda: lucent(device, given.steps, given.size, together=False),
        "render_vis, batch": lambda: lucent(device, given.steps, given.size, together=True),
    }
    for each in dict.fromkeys(("float32", fastest_precision(device))):
        ways[each] = lambda each=each: ours(device, given.steps, given.size, each)
    seconds = in_turns(ways, given.rounds)
    theirs, own = [[name for name in ways if name.startswith("render_vis") is lucents] for lucents in (True, False)]
    ratios = {name: {of: compared(seconds[of], seconds[name]) for of in theirs} for name in own}
    print(f"nine channels, {given.steps} steps, {given.size} px, {device}")
    for name, spent in seconds.items():
        print(
            f"{name:20}{statistics.median(spent):8.1f} s",
            *(f"  {found['median']:.2f}× faster than {of}" for of, found in ratios.get(name, {}).items()),
        )
    record = about_machine(PACKAGES) | {
        "device": device,
        "network": "ResNet-50",
        "channels": CHANNELS,
        "steps": given.steps,
        "size": given.size,
        "seconds": rounded(seconds),
        "ratio": ratios,
    }
    write(__file__, record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
