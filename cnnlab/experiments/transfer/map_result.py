"""What is kept of the maps of the test photos by four ways of training. It imports no framework."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.errors import check_whole
from cnnlab.experiments.layer_maps.result import MappedLayer
from cnnlab.results import Result


@dataclass(frozen=True, kw_only=True)
class MapOptions:
    """seeds, perplexity: of t-SNE; neighbours: of k-NN. shuffles: permutations of the labels, of which the best line's
    errors are counted, too. Raises: OptionError for none.
    """

    seeds: tuple[int, ...] = (0, 1, 2)
    perplexity: float = 30.0
    neighbours: int = 10
    shuffles: int = 20

    def __post_init__(self):
        check_whole(1, shuffles=self.shuffles)


@dataclass(frozen=True)
class Line:
    """Points that the best straight line gets wrong: in the map of each seed of t-SNE, and in that of the last one with
    shuffled labels.
    """

    key: str
    errors: tuple[int, ...]
    shuffled: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class TransferMaps(Result):
    """layers: the features of the test photos by four ways of training, keys of the words, how far the classes lie
    apart in them and in their maps. lines: in the same order.

    Arrays: `label` (n,); `<key>_map_<seed>` (n, 2), t-SNE's maps; `<key>_line_<seed>` (3,), normal and offset of the
    straight line of fewest errors.
    """

    pictures: int
    class_names: tuple[str, ...]
    layers: tuple[MappedLayer, ...]
    lines: tuple[Line, ...]
