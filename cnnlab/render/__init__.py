"""The renderer: builds the book of a Quarto project where Quarto is not installed.

Stages, each with an input and an output that can be looked at under `.cnnlab/render/<language>/`:

`book` (the book's own files: which there are, their numbers, what may be asked for) → `text.source` (a chapter with its
includes and cells) → `cells` (cells run; their outputs, and what they read) → `text.parse` (one Markdown text to the
syntax tree in its canonical form, see `text.tree`; what is not supported is refused) → `text.citations` →
`text.resolve` (references) → `page.html` and `paper.typst` (one page) → `page.site` and `paper.pdf`.
`edition` takes one language through them, `build` all of them; what is unchanged is not done again (`memory`). What is
wrong is gathered (`faults`), so that one render tells all of it. `supported` writes the page of what a book may hold.

It knows Quarto's syntax and nothing of networks.
"""
