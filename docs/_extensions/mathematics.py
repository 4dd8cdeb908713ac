"""Formulas as MathML, made when the site is built: a page needs no script and no other server."""

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def in_mathml(formula: str, display: str = "inline") -> str:
    """Named widths of spaces are of an older MathML, which browsers do not read any more."""
    return convert(formula, display=display).replace('"thinmathspace"', '"0.167em"')


def inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(in_mathml(node.astext()))
    raise nodes.SkipNode


def display(translator: HTML5Translator, node: nodes.math_block) -> None:
    """In a box of its own, that scrolls where the page is too narrow."""
    translator.body.append(f'<div class="formula">{in_mathml(node.astext(), "block")}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (inline, None), (display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
