"""Formulas: every common command of TeX is drawn in the PDF as the same sign as on the page, or refused at its line."""

import html
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path, PurePosixPath

import panflute as pf
import pytest
import typst

from cnnlab.errors import BookError
from cnnlab.render.text import maths
from cnnlab.render.text.source import Line, Source

FONTS = str(Path(__file__).parents[2] / "_extensions/informe/fonts")
COMMANDS = """
Bbbk Box Bumpeq Cap Cup Delta Diamond Downarrow Gamma Im Join Lambda Leftarrow Leftrightarrow Lleftarrow
Longleftarrow Longleftrightarrow Longrightarrow Lsh Omega P Phi Pi Pr Psi Re Rightarrow Rrightarrow Rsh S Sigma
Subset Supset Theta Uparrow Updownarrow Upsilon Vdash Vert Vvdash Xi aleph alpha amalg angle approx approxeq
arccos arcsin arctan arg ast asymp backsim backsimeq backslash barwedge because beta beth between bigcap bigcirc
bigcup bigodot bigoplus bigotimes bigsqcup bigstar bigtriangledown bigtriangleup biguplus bigvee bigwedge
blacksquare blacktriangleleft blacktriangleright bmod bot bowtie boxdot boxminus boxplus boxtimes bullet bumpeq
cap cdot cdots centerdot checkmark chi circ circeq circlearrowleft circlearrowright circledR circledast
circledcirc circleddash clubsuit complement cong coprod copyright cos cosh cot coth csc cup curlyeqprec
curlyeqsucc curlyvee curlywedge curvearrowleft curvearrowright dagger daleth dashleftarrow dashrightarrow dashv
ddagger ddots deg degree delta det diamond diamondsuit digamma dim div divideontimes doteq doteqdot dotplus dots
dotsb dotsc doublebarwedge doublecap doublecup downarrow downdownarrows downharpoonleft downharpoonright ell
emptyset epsilon eqcirc eqslantgtr eqslantless equiv eta eth exists exp fallingdotseq flat forall frown gamma
gcd ge geq geqq geqslant gets gg ggg gimel gneq gneqq gnsim gtrapprox gtrdot gtreqless gtrless gtrsim hbar
heartsuit hom hookleftarrow hookrightarrow hslash iff iiint iint imath impliedby implies in inf infty int
intercal iota jmath kappa ker lVert lambda langle lbrace lbrack lceil ldots le leadsto leftarrow leftarrowtail
leftharpoondown leftharpoonup leftleftarrows leftrightarrow leftrightarrows leftrightharpoons
leftrightsquigarrow leftthreetimes leq leqq leqslant lessapprox lessdot lesseqgtr lessgtr lesssim lfloor lg lhd
lim liminf limsup ll llcorner lll ln lneq lneqq lnot lnsim log longleftarrow longleftrightarrow longmapsto
longrightarrow looparrowleft looparrowright lozenge lrcorner ltimes lvert maltese mapsto max measuredangle mho
mid min models mp mu multimap nLeftarrow nLeftrightarrow nRightarrow nVDash nVdash nabla natural ncong ne
nearrow neg neq nexists ngeq ngeqslant ngtr ni nleftarrow nleftrightarrow nleq nleqslant nless nmid notin
nparallel nprec npreceq nrightarrow nshortmid nshortparallel nsim nsubseteq nsucc nsucceq nsupseteq
ntriangleleft ntrianglelefteq ntriangleright ntrianglerighteq nu nvDash nvdash nwarrow odot oint omega ominus
oplus oslash otimes parallel partial perp phi pi pitchfork pm pounds prec precapprox preccurlyeq preceq precnsim
precsim prime prod propto psi rVert rangle rbrace rbrack rceil rfloor rhd rho rightarrow rightarrowtail
rightharpoondown rightharpoonup rightleftarrows rightleftharpoons rightrightarrows rightsquigarrow
rightthreetimes risingdotseq rtimes rvert searrow sec setminus sharp shortmid shortparallel sigma sim simeq sin
sinh smallfrown smallsetminus smallsmile smile spadesuit sphericalangle sqcap sqcup sqsubset sqsubseteq sqsupset
sqsupseteq square star subset subseteq subseteqq subsetneq subsetneqq succ succapprox succcurlyeq succeq
succnsim succsim sum sup supset supseteq supseteqq supsetneq supsetneqq surd swarrow tan tanh tau therefore
theta thickapprox thicksim times to top triangle triangleleft trianglelefteq triangleq triangleright
trianglerighteq twoheadleftarrow twoheadrightarrow ulcorner unlhd unrhd uparrow updownarrow upharpoonleft
upharpoonright uplus upsilon upuparrows urcorner vDash varepsilon varkappa varnothing varphi varpi varpropto
varrho varsigma vartheta vartriangleleft vartriangleright vdash vdots vee veebar vert wedge wp wr xi yen zeta
""".split()
LARGER = [
    r"\hat{x}",
    r"\widehat{xy}",
    r"\vec{x}",
    r"\dddot{x}",
    r"\overline{xy}",
    r"\overbrace{xy}^{n}",
    r"\underbrace{xy}_{n}",
    r"\overrightarrow{AB}",
    r"\mathbb{ABCDEFGHIJKLMNOPQRSTUVWXYZ}",
    r"\mathbb{1}",
    r"\mathcal{ABCDEFGHIJKLMNOPQRSTUVWXYZ}",
    r"\mathscr{L}",
    r"\mathfrak{ABCxyz}",
    r"\mathsf{ABCxyz0123}",
    r"\mathtt{ABCxyz0123}",
    r"\mathbf{ABCxyz0123\Sigma}",
    r"\boldsymbol{\alpha\beta\theta\Sigma}",
    r"\sqrt[3]{x}",
    r"\binom{n}{k}",
    r"\begin{pmatrix}a&b\\c&d\end{pmatrix}",
    r"\begin{vmatrix}a&b\\c&d\end{vmatrix}",
    r"\begin{Vmatrix}a&b\\c&d\end{Vmatrix}",
    r"\begin{cases}1&x\\2&y\end{cases}",
    r"\begin{aligned}a&=b\\S&=P\end{aligned}",
    r"\operatorname{softmax}(x)",
    r"\operatorname*{arg\,max}_x",
    r"\text{¿qué?}",
    r"\left\|\frac{x}{y}\right\|",
    r"\left\lfloor\frac12\right\rfloor",
    r"\left.x\right|_0",
    r"\xrightarrow{f}",
    r"\not\subset",
    r"\boxed{x}",
    r"A^\top x^* y^\dagger",
    r"\varinjlim",
]


def compiled(text: str) -> bytes:
    """A PDF/UA of formulas in which no font stands in for ours; any warning is an error."""
    head = (
        '#set document(title: [a])\n#set page(width: 20cm, height: 3cm)\n#set text(font: "Informe Serif")\n'
        '#show math.equation: set text(font: "Informe Math", fallback: false)\n'
    )
    options = {"font_paths": [FONTS], "ignore_system_fonts": True, "pdf_standards": ["ua-1"]}
    data, warnings = typst.compile_with_warnings((head + text).encode(), **options)
    assert warnings == []
    return data


def drawn(formulas: list[str]) -> str:
    source = Source(PurePosixPath("uno.qmd"))
    written = maths.typst([("InlineMath", tex) for tex in formulas], source)
    return "\n#pagebreak()\n".join(f'#math.equation(alt: "x", [{formula}])' for formula in written)


def shown(formula: str) -> str:
    """What a browser shows of a formula."""
    doc = pf.Doc(pf.Para(pf.Math(maths.spelled(formula), format="InlineMath")))
    page = re.sub(r"<annotation.*?</annotation>", "", maths.html(doc, Source(PurePosixPath("uno.qmd"))), flags=re.S)
    return plain(html.unescape(re.sub(r"<[^>]*>", "", page)))


def plain(text: str) -> str:
    """Text without white space and what is not seen; letters of maths as letters."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) not in ("Mn", "Cf"))


# Signs that the two writers of pandoc choose differently, and letters without a dot that pdftotext gives one.
ALIKE = {"ast": ("∗", "*"), "imath": ("i", "ı"), "jmath": ("j", "ȷ"), "lVert": ("∥", "‖"), "rVert": ("∥", "‖")}


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext (poppler)")
def test_every_command_is_the_same_sign_in_the_pdf_and_on_the_page(tmp_path):
    (tmp_path / "signs.pdf").write_bytes(compiled(drawn([f"\\{name}" for name in COMMANDS])))
    pages = subprocess.run(["pdftotext", tmp_path / "signs.pdf", "-"], capture_output=True, check=True).stdout.decode()
    in_pdf = dict(zip(COMMANDS, map(plain, pages.split("\f")), strict=False))
    formula = ",".join(f"\\{name}" for name in COMMANDS)
    on_page = dict(zip(COMMANDS, shown(formula).split(","), strict=True))
    assert {n: (in_pdf[n], on_page[n]) for n in COMMANDS if in_pdf[n] != on_page[n]} == ALIKE


@pytest.mark.parametrize("formula", LARGER)
def test_larger_formulas_are_drawn_with_our_font(formula):
    assert compiled(drawn([formula])).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("tex", "text", "html"),
    [
        (r"x \approx 1,47", '$x approx "1,47"$', "<mn>1,47</mn>"),
        (r"1{,}47", '$"1,47"$', "<mn>1,47</mn>"),
        (r"1,234,567", '$"1,234,567"$', "<mn>1,234,567</mn>"),
        (r"f(1, 2)", r"$f \( 1 \, 2 \)$", "<mn>1</mn><mo>,</mo><mn>2</mn>"),
        (r"a,b", r"$a \, b$", "<mi>a</mi><mo>,</mo><mi>b</mi>"),
        (r"\text{de 1,5 a 2}", '$upright("de 1,5 a 2")$', ">de 1,5 a 2</mtext>"),
        (r"1.47", "$1.47$", "<mn>1.47</mn>"),
        (r"\mathbf{2,5}", '$upright(bold("2,5"))$', None),
    ],
)
def test_a_comma_between_digits_belongs_to_the_number(tex, text, html):
    source = Source(PurePosixPath("uno.qmd"))
    assert maths.typst([("InlineMath", tex)], source) == [text]
    page = maths.html(pf.Doc(pf.Para(pf.Math(maths.spelled(tex), format="InlineMath"))), source)
    assert html is None or html in page
    assert "<annotation" in page
    assert r"\text{,}" not in page
    compiled(drawn([tex]))


@pytest.mark.parametrize(
    ("tex", "spelled"),
    [
        (r"a \bmod b", r"a \mathbin{\operatorname{mod}} b"),
        (r"a\\S", r"a\\S"),  # a new line, then S
        (r"\shortmid x", r"\mid x"),
        (r"\Sigma \P", r"\Sigma \text{¶}"),
        (r"\|x\|_2 + \|y\|", r"\lVert x\rVert _2 + \lVert y\rVert "),
        (r"a \| b", r"a \| b"),
        (r"D(p\|q) + D(q\|p)", r"D(p\|q) + D(q\|p)"),
        (r"a\\|b|\\|c|", r"a\\|b|\\|c|"),  # a new line, then a bar
        (r"\left\|x\right\|", r"\left\|x\right\|"),
    ],
)
def test_commands_that_pandoc_lacks_are_spelled_in_those_that_it_has(tex, spelled):
    assert maths.spelled(tex) == spelled


@pytest.mark.parametrize(
    ("tex", "letters"),
    [
        (r"\mathbf{x}", "𝐱"),
        (r"\mathbf Ax", "𝐀x"),
        (r"\mathbf{W_1 10}", "𝐖𝟏𝟏𝟎"),
        (r"\mathbf{\alpha\vartheta\epsilon\Sigma}", "𝛂𝛝𝛜𝚺"),
        (r"\mathbf{x} + \boldsymbol{x} + \bm{x}", "𝐱+𝒙+𝒙"),
        (r"\mathbf{h} \mathbf{\text{h}}", "𝐡𝐡"),
        (r"\mathbffrak{x}", "𝖝"),
        (r"\mathbf{x} \ln y", "𝐱lny"),
    ],
)
def test_letters_of_mathbf_are_upright_on_the_page_as_in_the_pdf(tex, letters):
    doc = pf.Doc(pf.Para(pf.Math(maths.spelled(tex), format="InlineMath")))
    page = maths.html(doc, Source(PurePosixPath("uno.qmd")))
    assert f">{html.escape(tex)}</annotation>" in page
    body = re.sub(r"<annotation.*?</annotation>", "", page, flags=re.S)
    assert re.sub(r"[\s\u2061]", "", html.unescape(re.sub(r"<[^>]*>", "", body))) == letters


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\begin{align} a &= b & c &= d \\ e &= f & g &= h \\ \end{align}",
         "a & = b & #h(2em) c & = d \\\ne & = f & #h(2em) g & = h"),
        (r"\begin{alignat}{2} a &= b & c &= d \end{alignat}", "a & = b & #h(2em) c & = d"),
        (r"\begin{eqnarray}a&=&b\\c&=&d\end{eqnarray}", "a & = b \\\nc & = d"),
        (r"\begin{gather}a\\b\end{gather}", "a \\\nb"),
        (r"\begin{array}{lcr} 1&2&3\end{array}", "mat(delim: #none, & 1, 2, 3 &)"),
        (r"\begin{array}{*{2}{l}} 1&2\\3&4\end{array}", "mat(delim: #none, align: #left, 1, 2; 3, 4)"),
        (r"\begin{array}{@{}c c@{}} 1&2\end{array}", "mat(delim: #none, 1, 2)"),
        (r"\begin{smallmatrix}1&2\\3&\end{smallmatrix}", "mat(delim: #none, 1, 2; 3, #none)"),
        (r"\left(\begin{array}{c}1\\2\end{array}\right]", 'mat(delim: #("(", "]"), 1; 2)'),
        (r"\left\{\begin{array}{ll}1&2\\3&4\end{array}\right.", 'mat(delim: #("{", none), align: #left, 1, 2; 3, 4)'),
        (r"\begin{vmatrix}a&f(1, 2)\end{vmatrix}", r'mat(delim: "|", a, f \( 1 \, 2 \))'),
        (r"\begin{pmatrix}\begin{array}{c}1\\2\end{array}&(3;\end{pmatrix}^2",
         r'mat(delim: "(", mat(delim: #none, 1; 2), \( 3 \;)^2'),
        (r"\begin{cases}1&x\\2&y\end{cases}", "cases(1 & quad x, 2 & quad y)"),
        (r"y = \begin{aligned}a&=b\end{aligned}", "y = mat(delim: #none, row-gap: #0.5em, display(a & = b))"),
        (r"x = \begin{gathered}a\\b\end{gathered}",
         "x = mat(delim: #none, row-gap: #0.5em, align: #center, display(a); display(b))"),
        (r"\text{vec(1)} \vec{x}", 'upright("vec(1)") arrow(x)'),
        (r"a \mathrel{\&} \text{b \& c}", r'a \& upright("b &c")'),  # pandoc drops a space
    ],
)  # fmt: skip
def test_columns_keep_apart(tex, text):
    assert maths.typst([("InlineMath", tex)], Source(PurePosixPath("uno.qmd"))) == [f"${text}$"]
    compiled(drawn([tex]))


def chapter(*lines: str) -> Source:
    return Source(PurePosixPath("uno.qmd"), lines=[Line(text, "uno.qmd", n) for n, text in enumerate(lines, 1)])


@pytest.mark.parametrize(
    ("formula", "says", "remedy"),
    [
        (r"\tag{7}", r"\tag in a formula", "{#eq-…}"),
        (r"\tag*{7}", r"\tag in a formula", "{#eq-…}"),
        (r"\label{eq-x}", r"\label in a formula", "write {#eq-…} after the formula"),
        (r"\color{red}{x}", r"\color in a formula", "colour"),
        (r"\begin{pmatrix} \hline 1 \end{pmatrix}", r"\hline in a formula", "without rules"),
        (r"\begin{array}{c|c} 1 & 2 \end{array}", "columns 'c|c'", "take the bars out"),
        (r"\begin{array}{c@{=}c} 1 & 2 \end{array}", "columns 'c@{=}c'", "l, c and r"),
        (r"\begin{pmatrix*}[r] 1 \end{pmatrix*}", "pmatrix* is not", "write pmatrix"),
    ],
)
def test_what_a_formula_would_lose_is_refused_at_its_line(formula, says, remedy):
    source = chapter("# Uno", "", "Texto $x$.", "", "$$", r"\begin{aligned} a \\", f"{formula}", r"\end{aligned}", "$$")
    tex = "\n".join(line.text for line in source.lines[5:8])
    with pytest.raises(BookError) as caught:
        maths.check(pf.Math(tex, format="DisplayMath"), source)
    assert caught.value.where == "uno.qmd:7"
    assert says in str(caught.value)
    assert remedy in str(caught.value)


def test_a_book_with_a_lost_label_is_refused_on_the_page(minibook):
    minibook.both("uno.qmd", "# Uno {#sec-uno}\n\n## Parte {#sec-parte}\n\n$$\nx\n\\label{eq-y}\n$$\n")
    with pytest.raises(BookError, match=r"chapters/(en/)?uno.qmd:7: \\label in a formula is not supported"):
        minibook.render()


def test_a_formula_that_is_none_keeps_its_tables_in_the_message():
    source = chapter("# Uno", "", r"$\begin{array}{c} \nada \end{array}$")
    with pytest.raises(BookError, match=r"uno.qmd:3: a formula cannot be read: \\begin{array}{c} \\nada \\end{array}"):
        maths.typst([("InlineMath", r"\begin{array}{c} \nada \end{array}")], source)


def test_names_that_typst_has_given_up_stay_in_words():
    assert maths.renamed('$"sect" sect "join" join.l$') == '$"sect" ∩ "join" ⟕$'


def test_a_formula_that_is_none_is_refused_at_its_line():
    lines = ["# Uno", "", "Texto con $a$.", "", "$$", r"x = \desconocida{y}", "$$"]
    source = Source(PurePosixPath("uno.qmd"), lines=[Line(text, "uno.qmd", n) for n, text in enumerate(lines, 1)])
    with pytest.raises(BookError, match=r"^uno.qmd:6: a formula cannot be read: .*unexpected control sequence"):
        maths.typst([("InlineMath", "a"), ("DisplayMath", "\nx = \\desconocida{y}\n")], source)


@pytest.mark.parametrize("formats", [("html",), ("pdf",)])
def test_a_book_with_such_a_formula_is_refused_in_either_format(minibook, formats):
    minibook.both(
        "uno.qmd", "# Uno {#sec-uno}\n\n## Parte {#sec-parte}\n\n: T {#tbl-uno}\n\n| a |\n|---|\n| $\\nada$ |\n"
    )
    with pytest.raises(BookError, match=r"chapters/(en/)?uno.qmd:9: a formula cannot be read"):
        minibook.render(formats=formats)
