"""Networks trained and measured: labelled photos, one loop, its checkpoints, what is measured of a classifier."""
