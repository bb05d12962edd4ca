"""How long nine channels take to render with `render_channels`, against Lucent's `render_vis` one by one.

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

import torch
from machine import about_machine, asked, compared, in_turns, write

from cnnlab import runtime
from cnnlab.interpret.feature_visualisation import render_channels
from cnnlab.models.pretrained import resnet50
from cnnlab.runtime import fastest_precision

PACKAGES = ("torch", "torchvision", "torch-lucent", "kornia")
CHANNELS = {"layer1.2": [0, 1, 2], "layer2.3": [0, 1, 2], "layer4.1": [0, 1, 2]}


def lucent(device: str, steps: int, size: int) -> float:
    """Seconds that `render_vis` takes for the channels, one after the other."""
    with warnings.catch_warnings():  # kornia 0.4 still uses what torch has since deprecated
        warnings.simplefilter("ignore")
        from lucent.optvis import param, render
    network = resnet50().to(device)
    begin = time.monotonic()
    for layer, channels in CHANNELS.items():
        for channel in channels:
            render.render_vis(
                network,
                f"{layer.replace('.', '_')}:{channel}",
                lambda: param.image(size),
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
    ways = {"render_vis": lambda: lucent(device, given.steps, given.size)}
    for each in dict.fromkeys(("float32", fastest_precision(device))):
        ways[each] = lambda each=each: ours(device, given.steps, given.size, each)
    seconds = in_turns(ways, given.rounds)
    ratios = {name: compared(seconds["render_vis"], spent) for name, spent in seconds.items() if name != "render_vis"}
    print(f"{'way':12}{'seconds':>10}{'ratio':>8}   (nine channels, {given.steps} steps, {given.size} px, {device})")
    for name, spent in seconds.items():
        print(f"{name:12}{statistics.median(spent):10.1f}{ratios.get(name, {}).get('median', 1):8.2f}")
    record = about_machine(PACKAGES) | {
        "device": device,
        "network": "ResNet-50",
        "channels": CHANNELS,
        "steps": given.steps,
        "size": given.size,
        "seconds": {name: [round(each, 3) for each in spent] for name, spent in seconds.items()},
        "ratio": ratios,
    }
    write(__file__, record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
