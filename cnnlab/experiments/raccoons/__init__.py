"""Faster R-CNN fine-tuned to detect raccoons."""
