"""A better recipe for Fashion-MNIST, of no more parameters."""
