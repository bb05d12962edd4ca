"""The two suppressions of Faster R-CNN on one photo: of the RPN's proposals, and of the boxes of its head."""
