"""Parameters by tensor and multiply-adds of the networks for MNIST and CIFAR-10, beside what the document prints."""
