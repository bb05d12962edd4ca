"""The book's own files: options, chapters and their order, reading of texts, the folder that is written."""
