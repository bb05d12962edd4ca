"""Sizes of the layers of the networks for Fashion-MNIST, and what a printed table of them tells."""
