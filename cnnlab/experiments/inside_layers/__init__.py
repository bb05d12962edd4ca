"""First kernels of two networks, and their strongest activation maps for a photo."""
