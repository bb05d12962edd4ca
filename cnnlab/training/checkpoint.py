"""The state of a training, kept after each epoch: what is needed to go on as if nothing had happened."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from cnnlab import paths
from cnnlab.errors import TrainingError

FILE = "training.pt"
REMEDY = "take another folder or remove the file; the command of an experiment with --force begins the training again"
DAMAGE = (AttributeError, EOFError, KeyError, OSError, RuntimeError, TypeError, ValueError, pickle.UnpicklingError)
ANEW = "make network, loss and examples anew, as they were when it began: a network that was trained has other weights"


class Checkpoint:
    """The file of one training. options: plain data; a checkpoint made with others is refused, as is another network's.

    made_of: {kind: {name: what tells it from another, see `identity`}} of all else that the training depends on; a
    checkpoint that tells nothing of a kind, as older ones do, is not refused for it. Kept are the states of network,
    optimiser and schedule, the rows of the finished epochs, and torch's random states. It is written whole or not at
    all, and read without executing pickles.
    """

    def __init__(self, folder: Path, options: dict, made_of: Mapping[str, dict] | None = None, **parts):
        self.path, self.parts = folder / FILE, parts
        shapes = {name: list(value.shape) for name, value in parts["network"].state_dict().items()}
        self.belongs_to = json.loads(json.dumps({"options": options, "network": shapes, **(made_of or {})}))

    def save(self, curve: list[dict]) -> None:
        states = {name: part.state_dict() for name, part in self.parts.items()}
        content: dict[str, Any] = {
            "belongs_to": json.dumps(self.belongs_to),
            "curve": json.dumps(curve),
            "states": states,
        }
        content["random"] = {"cpu": torch.get_rng_state()}
        if torch.cuda.is_available():
            content["random"]["cuda"] = torch.cuda.get_rng_state_all()
        buffer = io.BytesIO()
        torch.save(content, buffer)
        paths.write_atomically(self.path, buffer.getvalue())

    def resume(self) -> list[dict]:
        """Put everything back as it was after the last finished epoch; the rows so far, none without a checkpoint.

        Raises: TrainingError where the file is damaged, another training's, or holds weights that are not finite.
        """
        if not self.path.is_file():
            return []
        try:
            content = torch.load(self.path, map_location="cpu", weights_only=True)
            belongs_to, curve = dict(json.loads(content["belongs_to"])), json.loads(content["curve"])
            states, random = {name: content["states"][name] for name in self.parts}, content["random"]
            if not isinstance(curve, list) or any(row.get("epoch", k) != k for k, row in enumerate(curve, 1)):
                raise ValueError("its rows are not those of the epochs 1, 2, 3, …")
        except DAMAGE as error:
            raise self.damaged(error) from error
        for what, ours in self.belongs_to.items():
            theirs = belongs_to.get(what, ours)
            differing = sorted(key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key))
            if differing:
                first = differing[0]
                raise TrainingError(
                    f"the checkpoint {self.path} belongs to another training: {what} {first} "
                    f"is {theirs.get(first)} there and {ours.get(first)} here ({len(differing)} differ)",
                    remedy=REMEDY if what in ("options", "network", "code") else f"{ANEW}; or {REMEDY}",
                )
        try:
            for name, part in self.parts.items():
                if isinstance(part, nn.Module) and (first := not_finite(part, states[name])):
                    raise ValueError(f"{first} of its {name} is not finite")
            for name, part in self.parts.items():
                part.load_state_dict(states[name])
            torch.set_rng_state(random["cpu"])
        except DAMAGE as error:
            raise self.damaged(error) from error
        if "cuda" in random and torch.cuda.is_available():
            torch.cuda.set_rng_state_all(random["cuda"])
        return curve

    def damaged(self, error: Exception) -> TrainingError:
        """The error of a file that cannot be used; error: why."""
        why = f"it lacks {error}" if isinstance(error, KeyError) else error
        return TrainingError(f"the checkpoint {self.path} is damaged: {why}", remedy=REMEDY)


def not_finite(network: nn.Module, state: Mapping[str, torch.Tensor]) -> str | None:
    """The first of a network's trained parameters that is NaN or infinite somewhere in a state; None for none."""
    trained = (name for name, parameter in network.named_parameters() if parameter.requires_grad)
    return next((name for name in trained if name in state and not state[name].isfinite().all()), None)
