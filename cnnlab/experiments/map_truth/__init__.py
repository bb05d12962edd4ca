"""Whether maps of ResNet-50 are true: layers drawn anew, pixels deleted and inserted, boxes pointed at."""
