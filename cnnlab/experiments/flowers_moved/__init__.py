"""How far fine-tuning on the flowers moved each block of ResNet-50: its weights, and its features."""
