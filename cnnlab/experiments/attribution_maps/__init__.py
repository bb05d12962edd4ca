"""Maps of what speaks for a class, by gradients and their weights: two classes, six photos, an untrained network."""
