"""Simple CNN on MNIST with a better recipe."""
