"""A linear probe: SqueezeNet 1.1 frozen as ImageNet left it, and a linear head on pooled features of three layers."""
