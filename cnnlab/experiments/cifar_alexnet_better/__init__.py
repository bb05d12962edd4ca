"""AlexNet on CIFAR-10 with a better recipe."""
