"""A residual network on CIFAR-10 that does no more multiply-adds than AlexNet."""
