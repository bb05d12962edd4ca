"""ResNet-50 with its upper stages fine-tuned; a probe refitted on its features, summed with the frozen one."""
