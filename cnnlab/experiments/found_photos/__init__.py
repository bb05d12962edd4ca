"""Detections of YOLOX-nano in three photos of COCO."""
