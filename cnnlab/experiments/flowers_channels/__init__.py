"""The nine channels of ResNet-50 before and after fine-tuning on the flowers, and three species."""
