"""A 1×1 convolution as a matrix product at each pixel, and its cost in a bottleneck."""
