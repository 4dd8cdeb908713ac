"""Links to files of the repository that are no pages: on the site, text has a page of its own, with
its lines highlighted and numbered, and everything else is a file to load.
"""

import html
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform

from exactland.certificates.certificate import certificate_from_bytes
from exactland.checking import check
from exactland.reports.text import describe_certificate
from exactland.reports.view import view

ROOT = Path(__file__).resolve().parent.parent.parent


class LinksOutOfTheDocumentation(SphinxPostTransform):
    """Before links are resolved: MyST takes a link to a file that is no page for a download, and
    one to a text outside of the folder for a page that is missing.
    """

    default_priority = 3

    def run(self, **_: object) -> None:
        for download in list(self.document.findall(addnodes.download_reference)):
            self.lead_to_the_file(download)
        for link in list(self.document.findall(addnodes.pending_xref)):
            if link.get("refdomain") == "doc" and Path(link["reftarget"]).is_absolute():
                self.lead_to_the_file(link)

    def lead_to_the_file(self, link: nodes.Element) -> None:
        here = Path(self.env.doc2path(self.env.docname)).parent
        target = (here / unquote(link["reftarget"])).resolve()
        if not target.is_file() and target.with_suffix(".md").is_file():
            target = target.with_suffix(".md")
        if not target.is_relative_to(ROOT) or not target.is_file():
            raise ExtensionError(f"{self.env.docname}: no such file: {link['reftarget']}")
        name = target.relative_to(ROOT).as_posix()
        wanted(self.env.app).add(name)
        page = f"source/{name}"
        assert self.app.builder is not None
        uri = self.app.builder.get_relative_uri(self.env.docname, page)
        reference = nodes.reference("", "", *link.children, internal=True, refuri=uri)
        link.replace_self(reference)


def wanted(app: Sphinx) -> set[str]:
    """Paths of the files that pages link to."""
    found: set[str] = app.env.__dict__.setdefault("repository_files", set())
    return found


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, str], str]]:
    for name in sorted(wanted(app)):
        yield f"source/{name}", {"title": name, "body": body(name)}, "page.html"


def body(name: str) -> str:
    path = ROOT / name
    title = f"<h1>{html.escape(path.name)}</h1><p><code>{html.escape(name)}</code></p>"
    if name.endswith(".cert.json"):
        return f"{title}<p>What <code>exactland show</code> says of it:</p>{in_words(path)}"
    lexer = get_lexer_for_filename(name)
    formatter = HtmlFormatter(linenos="inline", anchorlinenos=True, lineanchors="L")
    return title + highlight(path.read_text(encoding="utf-8"), lexer, formatter)


def in_words(path: Path) -> str:
    """A certificate, with the kernel's verdict."""
    data = path.read_bytes()
    lines = describe_certificate(view(certificate_from_bytes(data), check(data)))
    return f"<div class='highlight'><pre>{html.escape(chr(10).join(lines))}</pre></div>"


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_post_transform(LinksOutOfTheDocumentation)
    app.connect("html-collect-pages", pages)
    return {"parallel_read_safe": False, "parallel_write_safe": False}
