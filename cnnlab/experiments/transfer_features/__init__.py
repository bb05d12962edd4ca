"""Frozen networks on both sets: ImageNet's own classes, a support vector machine, how many photos it takes."""
