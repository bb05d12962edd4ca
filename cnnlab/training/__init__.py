"""Training: one loop; classifiers of any labelled data set, linear probes, a detector; their metrics."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
