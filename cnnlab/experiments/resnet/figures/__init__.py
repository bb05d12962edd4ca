"""Figures of `resnet`: residual blocks, the whole network, sizes by stage, cost by stage, table 1."""
