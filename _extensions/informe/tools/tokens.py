"""Write what CSS must know of tokens.json: light.scss and dark.scss for Quarto, tokens.css for the book's own renderer.

    python _extensions/informe/tools/tokens.py            write the files that are not current
    python _extensions/informe/tools/tokens.py --check    write nothing; exit 1 and name them where some are not

The PDF and the figures (`cnnlab/look.py`) read tokens.json themselves.
"""

import json
import sys
from pathlib import Path

NOTICE = "Written by tools/tokens.py from tokens.json; do not edit."


def measures(tokens: dict) -> dict[str, str]:
    """Custom properties that are the same in both themes: fonts, sizes, distances."""
    kind, px = tokens["type"], tokens["type"]["root-px"]

    def rem(pixels: float) -> str:
        return f"{pixels / px:g}rem"

    return {
        **{f"font-{name}": f'"{family}", {kind["fallback"][name]}' for name, family in kind["family"].items()},
        **{f"size-{name}": rem(size) for name, size in kind["size-px"].items()},
        "size-figure": rem(tokens["figure"]["text-pt"] * 4 / 3),
        **{f"line-{name}": rem(line) for name, line in kind["line-px"].items()},
        "scale-math": f"{kind['math-scale']:g}em",
        "u": rem(tokens["space"]["unit-px"]),
        **{
            f"w-{name.removesuffix('-rem')}": f"{w}rem"
            for name, w in tokens["measure"].items()
            if name.endswith("-rem")
        },
    }


def inks(tokens: dict, theme: str) -> dict[str, str]:
    """Custom properties of a theme; `color-scheme`, a property of CSS itself, stands among them."""
    numbered = {"cat": "categorical", "sequential": "sequential", "diverging": "diverging"}
    return {
        "color-scheme": theme,
        **tokens["colour"][theme],
        **{f"code-{name}": ink for name, ink in tokens["code"][theme].items()},
        **{f"{short}-{n}": ink for short, scale in numbered.items() for n, ink in enumerate(tokens[scale][theme], 1)},
    }


def rule(selector: str, properties: dict[str, str], indent: str = "") -> str:
    lines = [
        f"{indent}  {name if name == 'color-scheme' else '--' + name}: {value};\n" for name, value in properties.items()
    ]
    return f"{indent}{selector} {{\n{''.join(lines)}{indent}}}\n"


def scss(tokens: dict, theme: str) -> str:
    """A theme for Quarto: what Bootstrap must know while it compiles, then the custom properties that all rules use."""
    ink, fixed, measure = tokens["colour"][theme], measures(tokens), tokens["measure"]
    defaults = {
        "body-bg": ink["paper"],
        "body-color": ink["ink"],
        "link-color": ink["link"],
        "primary": ink["link"],
        "secondary": ink["ink-3"],
        "info": ink["note"],
        "success": ink["tip"],
        "warning": ink["warn"],
        "danger": ink["warn"],
        "light": ink["surface"],
        "dark": ink["ink"],
        "component-active-bg": ink["surface"],
        "component-active-color": ink["ink"],
        "border-color": ink["rule"],
        "text-muted": ink["ink-3"],
        "code-color": ink["ink"],
        "code-bg": "transparent",
        "code-block-bg": ink["surface"],
        "navbar-bg": ink["paper"],
        "navbar-fg": ink["ink-2"],
        "navbar-hl": ink["link"],
        "sidebar-bg": ink["paper"],
        "sidebar-fg": ink["ink-2"],
        "sidebar-hl": ink["answer"],
        "toc-color": ink["ink"],
        "enable-rounded": "false",
        "enable-shadows": "false",
        "font-size-root": f"{tokens['type']['root-px']}px",
        "font-family-sans-serif": fixed["font-sans"],
        "font-family-monospace": fixed["font-mono"],
        "desktop": f"{measure['desktop-px']}px",
        "phone": f"{measure['phone-px']}px",
    }
    variables = "".join(f"${name}: {value};\n" for name, value in defaults.items())
    return f"// {NOTICE}\n/*-- scss:defaults --*/\n{variables}/*-- scss:rules --*/\n" + rule(
        ":root", fixed | inks(tokens, theme)
    )


def css(tokens: dict) -> str:
    """Both themes in one sheet: dark where the reader, or else the system, asks for it; paper is light."""
    dark = inks(tokens, "dark")
    return (
        f"/* {NOTICE} */\n"
        + rule(":root", measures(tokens))
        + rule(":root", inks(tokens, "light"))
        + "@media screen and (prefers-color-scheme: dark) {\n"
        + rule(':root:not([data-theme="light"])', dark, "  ")
        + "}\n"
        + "@media screen {\n"
        + rule(':root[data-theme="dark"]', dark, "  ")
        + "}\n"
    )


def main(project_root: Path | str | None = None, *, check: bool = False) -> list[str]:
    """Write the files that are not current and return their names; with `check`, only return them.

    `project_root` is the folder that holds `_extensions`; by default, that of this file.
    """
    here = Path(project_root, "_extensions", "informe") if project_root else Path(__file__).resolve().parent.parent
    tokens = json.loads((here / "tokens.json").read_text(encoding="utf-8"))
    texts = {f"{theme}.scss": scss(tokens, theme) for theme in tokens["colour"]} | {"tokens.css": css(tokens)}
    stale = [
        name
        for name, text in texts.items()
        if not (here / name).exists() or (here / name).read_text(encoding="utf-8") != text
    ]
    if not check:
        for name in stale:
            (here / name).write_text(texts[name], encoding="utf-8")
    return stale


if __name__ == "__main__":
    checking = "--check" in sys.argv[1:]
    names = main(check=checking)
    if names:
        print("not current, run tools/tokens.py:" if checking else "written:", *names)
    sys.exit(int(checking and bool(names)))
