"""The renderer: builds the book of a Quarto project where Quarto is not installed.

Stages, each with an input and an output that can be looked at under `.cnnlab/render/<language>/`:

`config`, `options` (the book: files, numbers, what may be asked for) → `source` (text with includes and cells) →
`execute`, `kernels` (cells → outputs and what they read) → `cells`, `shortcodes` (one Markdown text) →
`parse` (the syntax tree in its canonical form, see `tree`; by `conditions`, `floats`, `numbering`) → `citations` →
`resolve` (references) → `html`, `html_blocks`, `typst` (one page) → `site`, `interface` and `pdf`.
`edition` takes one language through them, `build` all of them; what is unchanged is not done again (`memory`).

It knows Quarto's syntax and nothing of networks.
"""
