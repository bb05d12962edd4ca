"""What the experiments share that map the outputs of a trained network's layers: type of the result, numbers, plot."""
