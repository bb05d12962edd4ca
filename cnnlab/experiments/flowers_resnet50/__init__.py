"""ResNet-50 with weights of ImageNet, all of it fine-tuned on the 1,020 flowers."""
