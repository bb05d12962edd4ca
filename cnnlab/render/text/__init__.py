"""A chapter's text and the options of its cells: from Markdown to one tree with labels, numbers and citations."""
