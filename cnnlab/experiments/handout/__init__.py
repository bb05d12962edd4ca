"""The handout's code, completed and run as printed, beside ResNet-50 of table 1."""
