"""Images drawn for two classes of ImageNet in two parametrisations, and what the network makes of them."""
