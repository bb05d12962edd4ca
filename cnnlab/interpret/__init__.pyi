from .exemplars import Candidate as Candidate
from .exemplars import Patch as Patch
from .exemplars import strongest_patches as strongest_patches
from .feature_visualisation import mean_activations as mean_activations
from .feature_visualisation import render_channels as render_channels
from .similarity import cka as cka
from .similarity import extract_features as extract_features
from .similarity import weight_change as weight_change
