"""The residual network on CIFAR-10, of whose training pictures a square is erased, too."""
