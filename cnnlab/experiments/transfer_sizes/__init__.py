"""Cats and dogs: networks from scratch and fine-tuned, with fewer training photos."""
