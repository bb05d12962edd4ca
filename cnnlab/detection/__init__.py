"""Object detection: boxes, detectors, what they find in a picture, and how good that is.

Boxes are (n, 4) arrays x1, y1, x2, y2 in pixels of the picture, x1 < x2, y1 < y2, continuous: a width is x2 − x1.
"""
