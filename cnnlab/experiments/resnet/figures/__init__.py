"""Figures of `resnet`: residual blocks, sizes by stage, cost by stage."""
