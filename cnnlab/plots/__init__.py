"""What the figures of several experiments share: matplotlib's settings (`style`), photos with boxes (`photo`).

A plot is `plot(result, *, words, theme) -> matplotlib.figure.Figure`, in `figures.py` of its experiment. It has its
final size, its labels come from `words` (`cnnlab.words.Words`), its colours from `cnnlab.look`. It takes arrays or kept
results and computes nothing that takes time.
"""
