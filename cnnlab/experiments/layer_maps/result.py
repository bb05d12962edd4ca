"""What is kept of the maps of a network's layers. It imports no framework."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.errors import check_whole
from cnnlab.results import Result


@dataclass(frozen=True, kw_only=True)
class MapOptions:
    """pictures: of the test set, the first ones. seeds: of t-SNE. perplexity: of t-SNE. neighbours: of k-NN. held_out:
    training pictures that the network was not trained on; the mean and deviation of the others are subtracted.

    Raises: OptionError for fewer than 2 pictures.
    """

    pictures: int = 5000
    seeds: tuple[int, ...] = (0, 1, 2)
    perplexity: float = 30.0
    neighbours: int = 10
    held_out: int = 5000

    def __post_init__(self):
        check_whole(2, pictures=self.pictures)


@dataclass(frozen=True)
class Separation:
    """How far classes lie apart. neighbour_accuracy: leave-one-out k-NN, 0 to 1. silhouette: mean, −1 to 1."""

    neighbour_accuracy: float
    silhouette: float


@dataclass(frozen=True)
class MappedLayer:
    """A layer: its key in the words, its name in the network ("" for the pixels), values for a picture; how far the
    classes lie apart among its outputs, and in the map of each seed.
    """

    key: str
    layer: str
    values: int
    outputs: Separation
    maps: tuple[Separation, ...]


@dataclass(frozen=True)
class Mixed:
    """Names of two classes, and the share of the second among the nearest neighbours of the first, 0 to 1."""

    actual: str
    neighbour: str
    share: float


@dataclass(frozen=True, kw_only=True)
class LayerMaps(Result):
    """accuracy: of the network on these pictures. layers: the pixels, then from first to last. mixed: the pairs of
    classes of the largest shares among the neighbours in the last layer, largest first; mixed_middle: in the middle
    one.

    Arrays: `label`, `predicted` (n,); `<key>_map_<seed>` (n, 2), t-SNE's maps; `<key>_shares` (classes, classes), of
    the nearest neighbours of the pictures of a class the share of each class, among the outputs; of the classes that
    occur in `label`.
    """

    pictures: int
    class_names: tuple[str, ...]
    accuracy: float
    layers: tuple[MappedLayer, ...]
    mixed: tuple[Mixed, ...]
    mixed_middle: tuple[Mixed, ...]

    def layer(self, key: str) -> MappedLayer:
        """The layer of a key."""
        return next(each for each in self.layers if each.key == key)
