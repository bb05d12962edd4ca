"""Architectures and what wraps them: outputs of named layers, heads, files of weights.

Modules whose names end in `_keras` need Keras and TensorFlow, the others torch. TensorFlow and torch crash when both
are imported in one process.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
