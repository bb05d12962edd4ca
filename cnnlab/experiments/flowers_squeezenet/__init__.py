"""SqueezeNet 1.1, twenty times smaller than ResNet-50, all of it fine-tuned on the flowers."""
