"""Simple CNN on MNIST with the document's recipe."""
