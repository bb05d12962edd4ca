"""One channel further: both signs, diversity, step by step, without transformations or decorrelation; two classes."""
