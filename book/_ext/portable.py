"""Chapters that run anywhere: in plain Markdown to download, with buttons to open them.

A stored chapter speaks MyST, and Colab and a bare Jupyter show its directives and roles
as raw text. A built book holds another form of it in _sources: headings, quotes and
folded answers in plain Markdown, references in the words that the page shows, the
set-up cell, and no outputs, because the reader makes them. release.py stores these
files at a tag, where Colab and Binder find them.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import sphinx_exercise.nodes as exercises
from docutils import nodes
from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin
from nbformat.v4 import new_markdown_cell
from sphinx.util import logging

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))
import set_up

logger = logging.getLogger(__name__)

HOW_TO = "book/run_anywhere"
ICON = "fas fa-play"
PARSER = MarkdownIt().use(colon_fence_plugin)
DIRECTIVE = re.compile(r"\{([\w:-]+)\}\s*(.*)")
OPTION = re.compile(r":([\w-]+):\s*(.*)")
ROLE = re.compile(r"(?<!`)\{([\w:]+)\}`([^`]+)`")
RAW_ROLE = re.compile(r":([\w:]+):`([^`]+)`")
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)")
LABELED = re.compile(r"\$\$ \(([\w-]+)\)")
DEFINED = re.compile(r"^(\S[^\n]*)\n: ", re.MULTILINE)
MARKER = re.compile("solution-(start|end)")
KEPT_TAGS = {"raises-exception", "skip-execution"}


@dataclass
class Page:
    """What a page of the book shows where its source has roles, labels and links.

    roles: (name, content) -> words, as in ("eq", "eq-softmax") -> "(21)"
    numbers: label of an equation, figure or exercise -> "21", "Fig. 4", "Exercise 7"
    links: place of a chapter or page -> (title, address)
    """

    roles: dict = field(default_factory=dict)
    numbers: dict = field(default_factory=dict)
    links: dict = field(default_factory=dict)

    def lookup(self, kind, name):
        """An entry of roles or numbers; what the book does not know is a warning."""
        if name not in (known := getattr(self, kind)):
            logger.warning("nothing known of %s", name, type="portable")
        return known.get(name, "")

    def role(self, match):
        """The words of a role."""
        if match[1] == "term":
            return re.sub(r"\s*<[^>]*>$", "", match[2])
        return self.lookup("roles", (match[1], match[2]))

    def linked(self, match):
        """A link that leads somewhere from outside the book, else its words."""
        words = match[1]
        place = re.sub(r"(\.ipynb|\.md)?(#.*)?$", "", match[2])
        if place and place not in self.links:
            return match[0]
        title, address = self.links.get(place, (words, ""))
        words = words or title
        return f"[{words}]({address})" if address else words

    def inline(self, text):
        """Text with its roles, links and labeled equations in plain Markdown."""
        text = LINK.sub(self.linked, ROLE.sub(self.role, tagged(text, self)))
        return DEFINED.sub(r"**\1.** ", text)


def tagged(text, page):
    """Text whose equations carry their numbers as the page does."""
    lines = text.split("\n")
    for end, line in enumerate(lines):
        if found := LABELED.fullmatch(line.strip()):
            number = page.lookup("numbers", found[1])
            indent = line[: len(line) - len(line.lstrip())]
            lines[end] = f"{indent}\\tag{{{number}}}\n{indent}$$"
    return "\n".join(lines)


def parts(source):
    """The source's pieces in order: (text, None), or (content, token) of a fence."""
    lines, at = source.split("\n"), 0
    for token in PARSER.parse(source):
        if token.type in ("fence", "colon_fence") and token.level == 0:
            start, end = token.map
            yield "\n".join(lines[at:start]), None
            yield "\n".join(lines[start:end]), token
            at = end
    yield "\n".join(lines[at:]), None


def options_of(content):
    """(Options, text) of a directive's content."""
    lines, options = content.split("\n"), {}
    while lines and (found := OPTION.fullmatch(lines[0])):
        options[found[1]] = found[2]
        lines.pop(0)
    return options, "\n".join(lines).strip("\n")


def folded(summary, text):
    """Text that opens at a click."""
    text = f"\n\n{text.strip()}\n" if text.strip() else "\n"
    return f"<details><summary><b>{summary}</b></summary>{text}\n</details>"


def directive(name, title, content, page):
    """A directive in plain Markdown."""
    options, text = options_of(content)
    text = plain(text, page)
    if name == "exercise":
        number = page.lookup("numbers", options["label"])
        return f"#### {number}. {page.inline(title)}\n\n{text}"
    if name == "grid":
        return text
    if name == "grid-item-card":
        _, address = page.links.get(options["link"], (title, ""))
        card = f"[{title}]({address})" if address else title
        return f"- **{card}.** {text}"
    title = page.inline(title or name.capitalize())
    if "dropdown" in options.get("class", ""):
        return folded(title, text)
    quoted = f"**{title}**\n\n{text}".split("\n")
    return "\n".join(f"> {line}".rstrip() for line in quoted)


def plain(source, page):
    """MyST without directives and roles, as plain Markdown."""
    result = []
    for text, token in parts(source):
        found = token and DIRECTIVE.fullmatch(token.info.strip())
        if found:
            result.append(directive(found[1], found[2], token.content, page))
        else:
            result.append(text if token else page.inline(text))
    return "\n".join(result).strip("\n")


def sections(source):
    """Texts of MyST between the marks of solutions, each with what stands before it.

    That is the label where a solution begins, "" where it ends, None before any mark.
    """
    label, pieces = None, []
    for text, token in parts(source):
        found = token and DIRECTIVE.fullmatch(token.info.strip())
        if found and (marker := MARKER.fullmatch(found[1])):
            yield label, "\n".join(pieces)
            label, pieces = found[2] if marker[1] == "start" else "", []
        else:
            pieces.append(text)
    yield label, "\n".join(pieces)


def portable(notebook, page):
    """A chapter in plain Markdown, without outputs; its solutions are folded.

    A solution may reach over cells: its code is hidden until it is asked for.
    """
    cells, solution = [], ""
    for cell in notebook.cells:
        tags = sorted(KEPT_TAGS.intersection(cell.metadata.get("tags", ())))
        figure = cell.metadata.get("mystnb", {}).get("figure", {})
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        cells.append(cell)
        if cell.cell_type == "code":
            cell.outputs = []
            if solution and not cell.source.startswith("%%"):
                cell.source = f"# @title Solution to {solution}\n{cell.source}"
                cell.metadata |= {
                    "cellView": "form",
                    "jupyter": {"source_hidden": True},
                }
            if "caption" in figure:
                words = page.lookup("numbers", figure["name"])
                caption = f"**{words}.** {page.inline(figure['caption'])}"
                cells.append(new_markdown_cell(caption, id=f"{cell.id}-caption"))
            continue
        texts = []
        for label, text in sections(cell.source):
            if label is not None:
                solution = label and page.lookup("numbers", label)
            text = plain(text, page)
            if solution and text.strip():
                text = folded(f"Solution to {solution}", text)
            texts.append(text)
        cell.source = "\n\n".join(filter(None, texts))
    notebook.cells = [cell for cell in cells if cell.source]
    notebook.metadata.pop("widgets", None)
    return notebook


def links(env, url, tag):
    """Place of a chapter or page -> (title, address as seen from a chapter)."""
    found = {}
    for docname, title in env.titles.items():
        place = docname.removeprefix("book/")
        source = Path(env.doc2path(docname))
        page = f"{url}/blob/{tag}/{docname}.md" if tag else ""
        address = f"{place}.ipynb" if source.suffix == ".ipynb" else page
        found[place] = title.astext(), address
    return found


def labels_of(env, docname, doctree, formats):
    """Label -> number of a page's equations, figures and exercises."""
    kinds = {
        nodes.math_block: "displaymath",
        nodes.figure: "figure",
        exercises.exercise_enumerable_node: "exercise",
    }
    labels = {}
    for node in doctree.findall(lambda node: type(node) in kinds):
        kind = kinds[type(node)]
        numbered = env.toc_fignumbers.get(docname, {}).get(kind, {})
        for name in numbered.keys() & set(node["ids"]):
            number = ".".join(map(str, numbered[name]))
            label = [node["label"]] if "label" in node else node["names"]
            labels |= dict.fromkeys(label, formats.get(kind, "%s") % number)
    return labels


def page_of(app, docname, addresses):
    """What the page of a document shows for the roles and labels in its source."""
    doctree = app.env.get_doctree(docname)
    formats = app.config.numfig_format
    page = Page({}, labels_of(app.env, docname, doctree, formats), addresses)
    for node in list(doctree.findall(nodes.Element)):
        if found := RAW_ROLE.fullmatch(node.rawsource):
            wrapper = nodes.inline("", "", role=(found[1], found[2]))
            node.replace_self(wrapper)
            wrapper += node
    app.env.apply_post_transforms(doctree, docname)
    for node in doctree.findall(nodes.inline):
        if "role" in node:
            page.roles[node["role"]] = node.astext()
    return page


def write_portable(app, error):
    """Put the chapters' portable form where the pages' download buttons lead."""
    if error or app.builder.format != "html":
        return
    url, tag = set_up.release()
    addresses = links(app.env, url, tag)
    for docname in sorted(app.env.found_docs):
        source = Path(app.env.doc2path(docname))
        if source.suffix != ".ipynb":
            continue
        notebook = nbformat.read(source, as_version=4)
        notebook = portable(notebook, page_of(app, docname, addresses))
        notebook = set_up.prepared(notebook, source.stem, url, tag)
        for cell in notebook.cells:
            if cell.id in (set_up.BADGE, set_up.SET_UP):
                cell.metadata = nbformat.from_dict({})
            if cell.cell_type == "code":
                cell.execution_count = None
        path = Path(app.outdir, "_sources", f"{docname}.ipynb")
        path.write_text(nbformat.writes(notebook) + "\n", "utf-8")


def add_buttons(app, pagename, templatename, context, doctree):
    """Give a chapter's page a button with the ways to run it."""
    if not context.get("sourcename", "").endswith(".ipynb"):
        return
    url, tag = set_up.release()
    name = pagename.rpartition("/")[2]
    ways = {}
    if context["hasdoc"](HOW_TO):
        ways["All ways to run it"] = context["pathto"](HOW_TO)
    if tag:
        ways = {
            "Open in Colab": set_up.colab(url, tag, name),
            "Open on Binder": set_up.binder(url, tag, name),
        } | ways
    if not ways:
        return
    buttons = [
        {"type": "link", "text": text, "tooltip": text, "url": address, "icon": ICON}
        for text, address in ways.items()
    ]
    group = {"type": "group", "tooltip": "Run this chapter", "icon": "fas fa-rocket"}
    group |= {"label": "launch-buttons", "buttons": buttons}
    context["header_buttons"].insert(0, group)


def setup(app):
    """Register the buttons, and the notebooks that are written with the book."""
    app.connect("html-page-context", add_buttons, priority=600)
    app.connect("build-finished", write_portable)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
