"""YOLOX-nano on the raccoons: with its classes of COCO, and fine-tuned."""
