"""Maps of the layers of AlexNet."""
