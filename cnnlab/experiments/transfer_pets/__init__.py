"""Cats and dogs: networks from scratch, fine-tuned, and fine-tuned with augmentation."""
