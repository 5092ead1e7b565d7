"""Lets the pages of docs/ be the same on a code host and in the site.

A link that leads out of docs/ (../README.md, ../examples/ncar.toml) leads to a copy of that file in the site, under
repository/: Markdown becomes a page, all else is copied. One that leads to a folder leads to its README.md. Anchors are
a code host's.
"""

import os
import re
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[2]
COPIES = "repository/"
LINK = re.compile(r"(\]\()([^)\s#:]+)(#[^)\s]*)?\)")
IMAGE = re.compile(r'<img src="([^":]+)"')
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.M | re.S)


def slug(text, separator):
    """The anchor that a code host gives a heading."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", separator)


def on_config(config):
    config.mdx_configs.setdefault("toc", {})["slugify"] = slug
    return config


def own_path(uri):
    """The path in the repository of a file of the site."""
    return uri.removeprefix(COPIES) if uri.startswith(COPIES) else "docs/" + uri


def site_path(path):
    """The other way round. A copy of a program's file is a text, to be looked at, and no package of the module."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return COPIES + path + (".txt" if path.endswith(".go") else "")


def target(page, link):
    """The path in the repository of what a page, by its path there, links to."""
    path = os.path.normpath(os.path.join(os.path.dirname(page), link))
    if (ROOT / path).is_dir():
        path = os.path.join(path, "README.md")
    if not (ROOT / path).is_file():
        raise PluginError(f"{page} links to {link}, which is not there")
    return path


def links(text):
    """Where the links of a page lead that are no part of code."""
    code = [m.span() for m in CODE.finditer(text)]
    return [m for m in LINK.finditer(text) if not any(a <= m.start() < b for a, b in code)]


def on_files(files, config):
    """Adds what pages link to, and what those link to."""
    waiting = [own_path(f.src_uri) for f in files if f.is_documentation_page()]
    seen = set(waiting)
    while waiting:
        page = waiting.pop()
        text = (ROOT / page).read_text()
        for link in [m[2] for m in links(text)] + IMAGE.findall(text):
            path = target(page, link)
            if path in seen:
                continue
            seen.add(path)
            if not path.startswith("docs/"):
                files.append(File.generated(config, site_path(path), abs_src_path=str(ROOT / path)))
            if path.endswith(".md"):
                waiting.append(path)
    return files


def on_page_markdown(markdown, page, config, files):
    """Has links lead to where their targets are in the site."""
    own, here = own_path(page.file.src_uri), os.path.dirname(page.file.src_uri)
    out, done = [], 0
    for m in links(markdown):
        uri = os.path.relpath(site_path(target(own, m[2])), here or ".")
        out += [markdown[done:m.start()], m[1], uri, m[3] or "", ")"]
        done = m.end()
    return "".join(out) + markdown[done:]
