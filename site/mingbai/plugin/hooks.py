"""Joins our build to MkDocs at its hooks; what is built, and how, stands in the other rooms."""

import os
import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

from jinja2 import Environment
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from mingbai import doctor, frames, progress, prose, releases, sealed
from mingbai.edition import publish_all
from mingbai.errors import BuildRefused, MingbaiError, PortalError
from mingbai.messages import say, theme_folder
from mingbai.plugin import asked
from mingbai.portal import Portal
from mingbai.prose import Prose, Shelf
from mingbai.search import Document
from mingbai.search import server as index

# Material prints a coloured notice about MkDocs 2 at every build, which would hide warnings that matter.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
os.environ.setdefault("DISABLE_MKDOCS_2_WARNING", "true")

_LOG = get_plugin_logger("mingbai")
_OWN_STYLES = "assets/css/"
_MATERIAL_STYLE = re.compile(r"assets/stylesheets/main\.\w+\.min\.css$")
_FRAME_NAME = re.compile(r"_frames/(\w+)-\d\.md$")

_LAST = -100  # whatever others do after a build must be done, and verified, before the site is put up

P = ParamSpec("P")
R = TypeVar("R")


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


class NoSettings(Config):  # type: ignore[no-untyped-call]
    """The plugin has none of its own: settings stand under `extra: mingbai:`, where other rooms read them too."""


class MingbaiPlugin(BasePlugin[NoSettings]):  # type: ignore[no-untyped-call]
    """One build. `as_of` is set by `build`; MkDocs's own command leaves it at None, which means today."""

    as_of: date | None = None

    def __init__(self) -> None:
        self._serving = False
        self._release: releases.Release | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Remember whether this is `mkdocs serve`, which keeps its own folder."""
        self._serving = command == "serve"

    @_spoken
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Open the portal and send the output to a new folder, before MkDocs empties anything."""
        if config.theme.name != "material":
            raise PortalError(say("frame.theme", name=config.theme.name))
        self._portal = Portal.open(Path(config.config_file_path).parent)
        self._day = self.as_of or asked.day(self._portal) or self._portal.today
        if not self._serving:
            self._release = releases.begin(self._portal.root, asked.folder(config), (Path(config.docs_dir),))
            config.site_dir = str(self._release.building)
        _dress(config)
        self._prose: list[Prose] = []
        return config

    @_spoken
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Read what is public first: a filing that cannot be shown ends the build at once."""
        progress.at("progress.filings")
        for sign in doctor.calendar(self._portal, self._day, "zh"):
            if sign.state != "ok":
                _LOG.warning(sign.words)
        self._edition = publish_all(self._portal, self._day)

    @_spoken
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Leave out what is no page, join the style sheets into one, and add the hidden frames."""
        progress.at("progress.prose")
        styles = []
        for file in sorted(files, key=lambda each: each.src_uri):
            if file.src_uri.startswith(_OWN_STYLES) and _is_of_theme(file, config):
                styles.append(file.content_string)
            if _MATERIAL_STYLE.match(file.src_uri):
                self._material_css = file.src_uri
                plain = file.content_string.split("/*# sourceMappingURL")[0]
                files.remove(file)
                files.append(File.generated(config, file.src_uri, content=plain))
            elif not self._belongs(file, config):
                files.remove(file)
        self._css, css = frames.style(styles)
        files.append(File.generated(config, self._css, content=css))
        for name in prose.common(self._portal.settings.languages):
            if files.get_file_from_path(name) is None:
                files.append(_common_file(config, name))
        for lang, depth in frames.keys(self._portal.settings.languages):
            files.append(_frame_file(config, lang, depth))
        return files

    def _belongs(self, file: File, config: MkDocsConfig) -> bool:
        """Whether a file is built. Raises PortalError for prose that may not be there."""
        if file.src_dir == config.docs_dir:
            settings = self._portal.settings
            prose.admit(Path(config.docs_dir), file.src_uri, file.dest_uri)
            spoken = "en" in settings.languages or not file.src_uri.startswith("en/")
            return spoken and (settings.demo or not file.src_uri.startswith(prose.DECISIONS))
        ours = _is_of_theme(file, config) and file.src_uri.startswith("assets/")
        return ours and not file.src_uri.startswith(_OWN_STYLES)

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Remember the prose in the navigation; frames and data pages are never in it."""
        self._in_nav = [page.url for page in nav.pages]
        return nav

    @_spoken
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Let prose pass the door of privacy."""
        prose.read(page.file.src_uri, markdown, page.meta)
        return markdown

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Give templates what all pages share. Every value is escaped: settings and titles are text, not HTML."""
        env.autoescape = True
        env.globals |= {
            "settings": self._portal.settings,
            "as_of": self._day,
            "say": say,
            "css": self._css,
            "material_css": self._material_css,
        }
        pages = [file.page for file in files.documentation_pages() if file.page is not None]
        titles = {page.url: str(page.title) for page in pages if not _FRAME_NAME.match(page.file.src_uri)}
        self._shelf = Shelf(self._portal.settings.languages, self._day, titles, self._in_nav)
        return env

    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Give a page or frame its language and what surrounds it."""
        frame = _FRAME_NAME.match(page.file.src_uri)
        lang = frame[1] if frame else prose.lang_of(page.url)
        given = self._shelf.around(lang, page.url) | {
            "is_frame": frame is not None,
            "is_prose": frame is None,
        }
        cast("dict[str, object]", context).update(given)
        if frame is None:
            self._prose.append(Prose(lang, page.url.removeprefix("en/"), str(page.title), page.content or ""))
        return context

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Take out what belongs to parts of Material that we do not use."""
        return frames.without_toggles(output)

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Do the same to the 404 page."""
        return frames.without_toggles(output_content)

    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Give the 404 page the same surroundings."""
        cast("dict[str, object]", context).update(self._shelf.around("zh", ""))
        return context

    @event_priority(_LAST)
    @_spoken
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Pour the data pages into the frames, verify everything, and put it up."""
        out = Path(config.site_dir)
        built = frames.collect(out, self._portal.settings.languages)
        documents = releases.compose(self._edition, built, self._prose, out)
        progress.at("progress.verify")
        releases.verify(out)
        releases.verify_private(self._portal, out)
        progress.at("progress.pack")
        releases.pack(out)
        if self._release is not None:
            config.site_dir = str(self._release.publish())
            if self._release.stays:
                self._index(documents)  # the site first: what the service searches may follow in seconds
                sealed.expire(self._portal, self._portal.today)
                releases.part_with(self._portal.root, self._portal.state / "ended", self._edition.ended)

    def _index(self, documents: list[Document]) -> None:
        progress.at("progress.index")
        try:
            index.build(documents, self._portal.root / "build" / "index")
        except OSError as reason:
            raise BuildRefused(say("release.index", reason=reason)) from reason

    def on_build_error(self, *, error: Exception) -> None:
        """Remove what was written so far; the site that stood has not been touched."""
        if self._release is not None:
            self._release.abandon()

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., None]
    ) -> LiveReloadServer:
        """Let `mkdocs serve` build again when filings change, not prose alone."""
        server.watch(str(self._portal.root / "datasets"))
        return server


def _dress(config: MkDocsConfig) -> None:
    """Bring in the theme and the Markdown that every portal has, whatever its mkdocs.yml says."""
    own = theme_folder()
    if own not in [Path(folder).resolve() for folder in config.theme.dirs]:
        config.theme.dirs.insert(0 if config.theme.custom_dir is None else 1, str(own))
    config.theme.static_templates.discard("sitemap.xml")
    config.markdown_extensions += [
        name for name in prose.EXTENSIONS if name not in config.markdown_extensions
    ]
    config.mdx_configs.setdefault("tables", {})["use_align_attribute"] = True  # otherwise an inline style
    config.markdown_extensions.append(prose.PlainMarkdown())  # MkDocs hands it on


def _is_of_theme(file: File, config: MkDocsConfig) -> bool:
    """Whether a file comes from our theme or from what a town lays over it, not from Material."""
    return file.src_dir in (str(theme_folder()), config.theme.custom_dir)


def _common_file(config: MkDocsConfig, name: str) -> File:
    """Return a page or picture that comes with the engine."""
    return File(name, str(prose.common_folder()), config.site_dir, config.use_directory_urls)


def _frame_file(config: MkDocsConfig, lang: str, depth: int) -> File:
    """Return the hidden page that MkDocs builds into a frame, as deep as the pages that it is for."""
    file = File.generated(
        config, f"_frames/{lang}-{depth}.md", content="", inclusion=InclusionLevel.NOT_IN_NAV
    )
    file.dest_uri = frames.hidden_path(lang, depth)
    return file
