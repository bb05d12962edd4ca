"""The anchors of one photo, assigned to its annotated boxes as Faster R-CNN's RPN is trained."""
