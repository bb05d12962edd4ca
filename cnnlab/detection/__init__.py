"""Object detection: `detect` asks any detector what is in any image, `draw_detections` draws what it found.

Boxes are (n, 4) arrays x1, y1, x2, y2 in pixels of the picture, x1 < x2, y1 < y2, continuous: a width is x2 − x1.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
