"""The five ResNets of table 1: architecture, cost, comparison with Keras's, outputs with random weights."""
