"""Ants and bees: networks from scratch, fine-tuned, and fine-tuned with augmentation."""
