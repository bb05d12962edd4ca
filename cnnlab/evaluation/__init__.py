"""Evaluation, in numpy: metrics of classification; boxes, matching and average precision of detection."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
