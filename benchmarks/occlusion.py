"""How long an occlusion map takes with `occlusions`, and with captum's Occlusion called with its defaults.

    pip install captum
    python benchmarks/occlusion.py [--rounds 3] [--window 56] [--stride 28]

SqueezeNet 1.1 and ResNet-50 with random weights, one photo of 224 × 224 pixels, one window, one stride, grey where the
window lies. captum's default is one forward pass a window (`perturbations_per_eval=1`); ours are batches of 32, in
float32, and once more with bfloat16 where the device multiplies it faster. They take turns. The maps are compared: in
float32 they are equal but for rounding. Prints a table and writes it with machine and versions to
benchmarks/occlusion.json; what to compare is the ratio. captum is not among the project's requirements.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
import torch
from machine import about_machine, asked, compared, in_turns, rounded, write

from cnnlab import runtime
from cnnlab.interpret.map_checks import rank_correlation
from cnnlab.interpret.occlusion import filling_of, occlusion_map, occlusions
from cnnlab.models.pretrained import normalise, resnet50, squeezenet1_1
from cnnlab.runtime import fastest_precision

PACKAGES = ("torch", "torchvision", "captum")
SIDE, TARGET = 224, 285
NETWORKS = {"squeezenet1_1": squeezenet1_1, "resnet50": resnet50}


def captums(network, pixels, window: int, stride: int) -> np.ndarray:
    """The map by captum, whose windows are filled with the same grey."""
    from captum.attr import Occlusion

    grey = normalise(filling_of(pixels, "grey", window, 0))
    shape = {"sliding_window_shapes": (3, window, window), "strides": (3, stride, stride)}
    found = Occlusion(network).attribute(normalise(pixels), target=TARGET, baselines=grey, **shape)
    return found[0, 0].detach().cpu().numpy()


def ours(network, pixels, window: int, stride: int, precision: str) -> np.ndarray:
    found = occlusions(network, pixels, window=window, stride=stride, precision=precision)
    return occlusion_map(found, TARGET)


def main() -> int:
    try:
        import captum.attr  # noqa: F401
    except ImportError:
        print("captum is not installed: pip install captum", file=sys.stderr)
        return 1
    given = asked(
        __doc__,
        ("rounds", 3, "turns of each"),
        ("window", 56, "pixels of the window's side"),
        ("stride", 28, "pixels that it moves by; it must divide what is left of the photo"),
    )
    if (SIDE - given.window) % given.stride:
        print(f"stride={given.stride}: choose one that divides {SIDE - given.window}", file=sys.stderr)
        return 1
    device = runtime.start("torch").kind
    torch.manual_seed(0)
    pixels = torch.rand(1, 3, SIDE, SIDE, device=device)
    record = about_machine(PACKAGES) | {"device": device, "window": given.window, "stride": given.stride, "side": SIDE}
    for name, build in NETWORKS.items():
        network = build().to(device)
        maps: dict[str, np.ndarray] = {}

        def timed(way: str, compute, *arguments, network=network, maps=maps) -> float:
            begin = time.monotonic()
            maps[way] = compute(network, pixels, given.window, given.stride, *arguments)
            return time.monotonic() - begin

        ways = {"captum": lambda timed=timed: timed("captum", captums)}
        for each in dict.fromkeys(("float32", fastest_precision(device))):
            ways[each] = lambda each=each, timed=timed: timed(each, ours, each)
        seconds = in_turns(ways, given.rounds)
        own = [each for each in ways if each != "captum"]
        scale = np.abs(maps["captum"]).max()
        record[name] = {
            "seconds": rounded(seconds),
            "ratio": {each: compared(seconds["captum"], seconds[each]) for each in own},
            "difference": {each: float(np.abs(maps[each] - maps["captum"]).max() / scale) for each in own},
            "rank_correlation": {each: rank_correlation(maps[each], maps["captum"]) for each in own},
        }
        for way, spent in seconds.items():
            ratio = f"  {record[name]['ratio'][way]['median']:.2f}× faster" if way in own else ""
            print(f"{name:14}{way:10}{statistics.median(spent):8.2f} s{ratio}")
    write(__file__, record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
