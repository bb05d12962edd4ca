"""The raccoon photos themselves: their sizes, boxes and parts in both splits, and which of them are alike."""
