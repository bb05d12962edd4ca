"""Occlusion with windows of several sizes and fillings, on a photo of two classes."""
