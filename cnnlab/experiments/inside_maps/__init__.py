"""What the experiments on maps of photos share: the photos, how maps are kept, how they are measured."""
