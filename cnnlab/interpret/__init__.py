"""Interpretation of networks: feature visualisation, patches by activation, selectivity, similarity of layers."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
