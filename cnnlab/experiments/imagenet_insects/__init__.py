"""Pretrained networks on ImageNet's own ants and bees: a check of the weights."""
