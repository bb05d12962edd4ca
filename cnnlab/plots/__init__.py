"""Arrays or kept results in, figures out, in the report's inks, for the light and the dark page; nothing is computed
here.

A plot is `plot(result, *, words, theme) -> matplotlib.figure.Figure`: drawn at its final size, its words taken from
`words` (`cnnlab.words.Words`), its colours from `cnnlab.plots.style`.
"""
