"""Channels further: an activation spectrum, diversity, step by step, without transformations or decorrelation."""
