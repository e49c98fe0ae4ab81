"""Hands the whole to MkDocs and takes the built pages back; it is the only module that imports `mkdocs`.

MkDocs builds prose and one hidden frame for each depth and language. After it, the other rooms pour data pages into the
frames, and the release is verified and put up. `mkdocs build`, `mkdocs build -d` and `mingbai build` share this path.
"""

import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from jinja2 import Environment, Template
from markdown import Extension, Markdown
from mkdocs.commands.build import build as run_mkdocs
from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException, PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from mingbai import frames, releases
from mingbai.edition import publish_all
from mingbai.errors import BuildRefused, MingbaiError, PortalError
from mingbai.messages import say, theme_folder
from mingbai.portal import CONFIG, Portal
from mingbai.privacy import PrivacyStop, public_text
from mingbai.releases import Prose
from mingbai.sentences import day

# Material prints a coloured notice about MkDocs 2 at every build, which would hide warnings that matter.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
os.environ.setdefault("DISABLE_MKDOCS_2_WARNING", "true")

_READING = ("method", "privacy", "glossary", "handbook", "about")  # prose that every footer leads to, where it is there
_EXTENSIONS = ("admonition", "def_list", "footnotes", "tables", "toc")
_PROSE_FILES = (".md", ".png", ".jpg", ".jpeg", ".webp")
# First parts of addresses that belong to data pages and to the forms service (design §3).
_TAKEN = frozenset("u k catalogue board search figures systems ask track desk api open311 assets index.html".split())
_DECISIONS = "decisions/"
_MATERIAL_STYLE = re.compile(r"assets/stylesheets/main\.\w+\.min\.css$")

P = ParamSpec("P")
R = TypeVar("R")


class PlainMarkdown(Extension):
    """Shows HTML in prose as the text it is: what a push brings must not become a live element (design §6.9)."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Take the parts out of Markdown that let HTML through."""
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")


def _spoken(hook: Callable[P, R]) -> Callable[P, R]:
    """Return the hook with our errors turned into MkDocs's, which end a build with a sentence and no traceback."""

    @wraps(hook)
    def speaking(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return hook(*args, **kwargs)
        except MingbaiError as wrong:
            raise PluginError(wrong.message) from wrong
        except OSError as reason:
            raise PluginError(say("release.disk", reason=reason)) from reason

    return speaking


class MingbaiPlugin(BasePlugin[Config]):
    """One build. `as_of` is set by `build`; MkDocs's own command leaves it at None, which means today."""

    as_of: date | None = None
    _serving = False
    _release: releases.Release | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Remember whether this is `mkdocs serve`, which keeps its own folder."""
        self._serving = command == "serve"

    @_spoken
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Open the portal and send the output to a new folder, before MkDocs empties anything."""
        if config.theme.name != "material":
            raise PortalError(say("frame.theme", name=config.theme.name))
        self._portal = Portal.open(Path(config.config_file_path).parent)
        self._day = self.as_of or _epoch_day(self._portal) or self._portal.today
        if not self._serving:
            self._release = releases.begin(self._portal.root, _wanted(config), (Path(config.docs_dir),))
            config.site_dir = str(self._release.building)
        own = str(theme_folder())
        if own not in (os.path.realpath(folder) for folder in config.theme.dirs):
            config.theme.dirs.insert(0 if config.theme.custom_dir is None else 1, own)
        config.theme.static_templates.discard("sitemap.xml")
        for name in _EXTENSIONS:
            if name not in config.markdown_extensions:
                config.markdown_extensions.append(name)
        config.mdx_configs.setdefault("tables", {})["use_align_attribute"] = True  # else an inline style
        config.markdown_extensions.append(PlainMarkdown())  # type: ignore[arg-type]  # MkDocs passes it on
        return config

    @_spoken
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Read what is public first: a filing that cannot be shown ends the build at once."""
        self._edition = publish_all(self._portal, self._day)

    @_spoken
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Leave out what is no page, join the style sheets, and add the hidden frames."""
        self._refuse_files(files)
        styles = []
        for file in sorted(files, key=lambda each: each.src_uri):
            if self._is_style(file):
                styles.append(file.content_string)
            elif _MATERIAL_STYLE.match(file.src_uri):
                self._material_css = file.src_uri
                plain = file.content_string.split("/*# sourceMappingURL")[0]
                files.append(File.generated(config, file.src_uri, content=plain))
            if not self._belongs(file):
                files.remove(file)
        css = re.sub(r"/\*.*?\*/|^\s+", "", "\n".join(styles), flags=re.DOTALL | re.MULTILINE)
        self._css = f"assets/css/mingbai.{hashlib.sha256(css.encode('utf-8')).hexdigest()[:12]}.css"
        files.append(File.generated(config, self._css, content=css))
        for lang in self._portal.settings.languages:
            for depth in range(frames.DEEPEST + 1):
                files.append(_frame_file(config, lang, depth))
        return files

    def _refuse_files(self, files: Files) -> None:
        """Raise PortalError for a file below `content` that may not lie there."""
        for file in files:
            if file.src_dir is None or Path(file.src_dir) != self._portal.root / "content":
                continue
            if not file.src_uri.endswith(_PROSE_FILES):
                raise PortalError(say("prose.sort", file=f"content/{file.src_uri}"))
            if file.dest_uri.removeprefix("en/").split("/")[0] in _TAKEN:
                raise PortalError(say("prose.taken", file=f"content/{file.src_uri}"))
