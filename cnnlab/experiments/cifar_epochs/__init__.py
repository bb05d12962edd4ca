"""How kernels and strongest patches of AlexNet on CIFAR-10 change over the epochs."""
