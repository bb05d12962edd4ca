"""AlexNet on CIFAR-10 with the better recipe, and the pictures as they are."""
