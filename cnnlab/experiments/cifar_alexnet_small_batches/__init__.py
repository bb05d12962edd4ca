"""AlexNet on CIFAR-10 with the document's recipe, and smaller batches."""
