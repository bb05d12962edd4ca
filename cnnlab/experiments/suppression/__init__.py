"""Non-maximum suppression of one photo's boxes at every threshold."""
