"""A linear probe: ResNet-50 frozen as ImageNet left it, and a linear head on pooled features of three of its layers."""
