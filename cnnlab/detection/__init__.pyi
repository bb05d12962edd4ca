from .detections import Detection as Detection
from .detections import Detections as Detections
from .detectors import coco_detector as coco_detector
from .drawing import draw_detections as draw_detections
from .inference import detect as detect
