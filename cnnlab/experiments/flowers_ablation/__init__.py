"""Short fine-tunings of ResNet-50, of which each differs from the first in one thing, compared on validation."""
