"""The first epochs of AlexNet on CIFAR-10 with several optimisers, beside the log that the document prints."""
