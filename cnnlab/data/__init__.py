"""Data: a folder of a data set in, labelled or annotated examples out; images of any form; augmentation."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
