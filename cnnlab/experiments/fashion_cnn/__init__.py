"""The convolutional network of the course on Fashion-MNIST, trained as its document says."""
