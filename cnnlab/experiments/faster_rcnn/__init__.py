"""The parts of Faster R-CNN, their parameters, and the size of every tensor for one photo."""
