"""The renderer: builds the book of a Quarto project where Quarto is not installed.

Stages, each a module with an input and an output that can be looked at under `.cnnlab/render/<language>/`:

`config` (the book: files and numbers) → `source` (text with includes and cells) → `execute` (cells → outputs) →
`parse` (pandoc's syntax tree, floats numbered) → `resolve` (references) → `html`, `typst` (one page) → `pdf`, `site`.
`build` runs them and does again only what changed.

It knows Quarto's syntax and nothing of networks.
"""
