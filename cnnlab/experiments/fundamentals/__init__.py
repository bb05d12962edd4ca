"""A convolutional layer step by step: its formulas beside torch and scipy."""
