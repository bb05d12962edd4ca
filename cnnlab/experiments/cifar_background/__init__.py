"""What AlexNet makes of pictures of CIFAR-10 without their centre, or of their centre alone."""
