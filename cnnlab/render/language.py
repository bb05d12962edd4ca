"""What Quarto prints of itself, in both languages: references, callouts, code. A profile's `language:` wins."""

PREFIXES = {  # the word before a number, by the label's prefix; "ch" and "apx" stand for sections that are chapters
    "es": {
        "fig": "Figura",
        "tbl": "Tabla",
        "lst": "Listado",
        "eq": "Ecuación",
        "sec": "Sección",
        "ch": "Capítulo",
        "apx": "Apéndice",
    },
    "en": {
        "fig": "Figure",
        "tbl": "Table",
        "lst": "Listing",
        "eq": "Equation",
        "sec": "Section",
        "ch": "Chapter",
        "apx": "Appendix",
    },
}
CALLOUTS = {
    "es": {
        "note": "Nota",
        "tip": "Consejo",
        "warning": "Advertencia",
        "important": "Importante",
        "caution": "Precaución",
    },
    "en": {"note": "Note", "tip": "Tip", "warning": "Warning", "important": "Important", "caution": "Caution"},
}
CODE = {"es": "Código", "en": "Code"}
APPENDICES = {"es": "Apéndices", "en": "Appendices"}
