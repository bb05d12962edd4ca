"""Maps of the test photos of cats and dogs: by a network from scratch, a frozen one, and two that were fine-tuned."""
