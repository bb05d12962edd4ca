"""All that a chapter needs: `lab = report.chapter("a06-red", lang="es")`, in its one hidden opening cell."""

from cnnlab.report.chapters import Chapter, chapter

__all__ = ["Chapter", "chapter"]
