"""The multilayer perceptron of the course on Fashion-MNIST, trained as the convolutional network."""
