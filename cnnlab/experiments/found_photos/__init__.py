"""Detections of YOLOX-nano in photos of scikit-image."""
