"""Options that the experiments which train a classifier of flowers share. They import no framework."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.training.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class FlowersOptions:
    """What to train with, and how much of the data set."""

    recipe: Recipe
    per_class: int | None = None  # photos of each species in each split; None: all
    confused_pairs: int = 10  # pairs of species that are kept


@dataclass(frozen=True, kw_only=True)
class NetworkOptions(FlowersOptions):
    """Options of a network of which all layers are trained."""

    side: int = 192  # pixels of a random crop
    eval_size: int = 224  # pixels of a photo that is evaluated
    min_area: float = 0.25  # of the photo's area in a random crop


@dataclass(frozen=True, kw_only=True)
class ProbeOptions(FlowersOptions):
    """Options of a linear probe on a frozen network."""

    layers: tuple[str, ...]  # whose pooled features are read
    side: int = 256  # pixels of a random crop, and of a photo that is evaluated
    min_area: float = 0.4  # of the photo's area in a random crop
    views: int = 6  # random crops stored of each training photo
    dropout: float = 0.5
