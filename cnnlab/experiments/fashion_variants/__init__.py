"""Recipes for Fashion-MNIST, compared on pictures that are held out."""
