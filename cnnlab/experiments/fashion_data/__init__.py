"""Fashion-MNIST itself: its classes, a sample of each, the same pictures from tensors and from files."""
