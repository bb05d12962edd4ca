from .boxes import area as area
from .boxes import intersection as intersection
from .boxes import iou as iou
from .boxes import nms as nms
from .matching import average_precision as average_precision
from .matching import interpolated_precision as interpolated_precision
from .matching import match as match
from .matching import precision_recall_curve as precision_recall_curve
