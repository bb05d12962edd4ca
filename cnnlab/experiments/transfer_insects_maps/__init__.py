"""Maps of the test photos of ants and bees: by a network from scratch, a frozen one, and two that were fine-tuned."""
