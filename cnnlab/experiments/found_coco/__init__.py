"""Average precision and errors of YOLOX-nano on photos of COCO val2017."""
