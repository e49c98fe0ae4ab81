"""Hands the whole to MkDocs and takes the built pages back; it is the only module that imports `mkdocs`.

MkDocs builds prose and one hidden frame for each depth and language. After it, the other rooms pour data pages into the
frames, and the release is verified and put up. `mkdocs build`, `mkdocs build -d` and `mingbai build` share this path.
"""

import hashlib
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from jinja2 import Environment
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
from mkdocs.utils.templates import TemplateContext

from mingbai import frames, prose, releases
from mingbai.edition import publish_all
from mingbai.errors import BuildRefused, MingbaiError, PortalError
from mingbai.messages import say, theme_folder
from mingbai.portal import CONFIG, Portal
from mingbai.prose import Prose
from mingbai.sentences import day

# Material prints a coloured notice about MkDocs 2 at every build, which would hide warnings that matter.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
os.environ.setdefault("DISABLE_MKDOCS_2_WARNING", "true")

_READING = ("method", "privacy", "glossary", "handbook", "about")  # prose that every footer leads to, where it is there
_OWN_STYLES = "assets/css/"
_MATERIAL_STYLE = re.compile(r"assets/stylesheets/main\.\w+\.min\.css$")
_FRAME_NAME = re.compile(r"_frames/(\w+)-\d\.md$")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT = re.compile(r"^\s+", re.MULTILINE)

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


class NoSettings(Config):
    """The plugin has none of its own: settings stand under `extra: mingbai:`, where other rooms read them too."""


class MingbaiPlugin(BasePlugin[NoSettings]):
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
        self._day = self.as_of or _epoch_day(self._portal) or self._portal.today
        if not self._serving:
            self._release = releases.begin(self._portal.root, _wanted(config), (Path(config.docs_dir),))
            config.site_dir = str(self._release.building)
        _dress(config)
        self._prose: list[Prose] = []
        return config

    @_spoken
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Read what is public first: a filing that cannot be shown ends the build at once."""
        self._edition = publish_all(self._portal, self._day)

    @_spoken
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Leave out what is no page, join the style sheets into one, and add the hidden frames."""
        styles = []
        for file in sorted(files, key=lambda each: each.src_uri):
            material = _MATERIAL_STYLE.match(file.src_uri) is not None
            if file.src_uri.startswith(_OWN_STYLES) and _is_of_theme(file, config):
                styles.append(file.content_string)
            if material:
                self._material_css = file.src_uri
                plain = file.content_string.split("/*# sourceMappingURL")[0]
                files.remove(file)
                files.append(File.generated(config, file.src_uri, content=plain))
            elif not self._belongs(file, config):
                files.remove(file)
        css = _INDENT.sub("", _CSS_COMMENT.sub("", "\n".join(styles)))
        self._css = f"{_OWN_STYLES}mingbai.{hashlib.sha256(css.encode('utf-8')).hexdigest()[:12]}.css"
        files.append(File.generated(config, self._css, content=css))
        for lang, depth in _frame_keys(self._portal):
            files.append(_frame_file(config, lang, depth))
        return files

    def _belongs(self, file: File, config: MkDocsConfig) -> bool:
        """Whether a file is built. Raises PortalError for prose that may not be there."""
        if file.src_dir == config.docs_dir:
            settings = self._portal.settings
            prose.admit(file.src_uri, file.dest_uri)
            spoken = "en" in settings.languages or not file.src_uri.startswith("en/")
            return spoken and (settings.demo or not file.src_uri.startswith(prose.DECISIONS))
        ours = _is_of_theme(file, config) and file.src_uri.startswith("assets/")
        return ours and not file.src_uri.startswith(_OWN_STYLES)

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Remember the prose in the navigation; frames and data pages are never in it."""
        self._in_nav = list(nav.pages)
        return nav

    @_spoken
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Let prose pass the door of privacy."""
        prose.read(page.file.src_uri, markdown)
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
        self._pages = {file.url: file.page for file in files.documentation_pages() if file.page is not None}
        return env

    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Give a page or frame its language and what surrounds it."""
        frame_lang = _FRAME_NAME.match(page.file.src_uri)
        lang = frame_lang[1] if frame_lang else _lang_of(page.url)
        context.update(self._around(lang, page.url))  # type: ignore[typeddict-item]
        context.update({"is_frame": frame_lang is not None, "is_prose": frame_lang is None})  # type: ignore[typeddict-unknown-key]
        if frame_lang is None:
            address = page.url.removeprefix("en/")
            self._prose.append(Prose(lang, address, str(page.title), page.content or ""))
        return context

    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Give the 404 page the same surroundings."""
        context.update(self._around("zh", ""))  # type: ignore[typeddict-item]
        return context

    def _around(self, lang: str, url: str) -> dict[str, object]:
        """Return the words and ways of a page at `url`; ways are written from the site's root."""
        tree = _tree(lang)
        reading = [self._pages.get(f"{tree}{name}/") for name in _READING]
        beside = [page for page in self._in_nav if _lang_of(page.url) == lang]
        return {
            "tongue": lang,
            "t": partial(_say, lang),
            "tree": tree,
            "home": tree or "./",
            "others": [(other, self._other(lang, other, url)) for other in self._portal.settings.languages if other != lang],
            "reading": [(page.title, page.url) for page in reading if page is not None],
            "beside": [(page.title, page.url) for page in beside],
            "built": day(self._day, lang),
        }

    def _other(self, lang: str, other: str, url: str) -> str:
        """Return the way to the same prose in another language, or to that language's home page."""
        same = _tree(other) + url.removeprefix(_tree(lang))
        return same if same in self._pages else _tree(other) or "./"

    @_spoken
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Pour the data pages into the frames, verify everything, and put it up."""
        out = Path(config.site_dir)
        built = frames.collect(out, {key: out / _frame_uri(*key) for key in _frame_keys(self._portal)})
        releases.compose(self._edition, built, self._prose, out)
        releases.verify(out)
        if self._release is not None:
            config.site_dir = str(self._release.publish())

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


def build(portal_root: Path, out: Path | None = None, as_of: date | None = None) -> Path:
    """Build the portal and return where the site stands: `build/site`, or `out`.

    Raises PortalError when mkdocs.yml cannot be used, BuildRefused for everything that keeps the build from going up.
    """
    with _listening() as heard:
        try:
            config = load_config(
                config_file=str(portal_root / CONFIG), site_dir=None if out is None else str(out.absolute())
            )
        except MkDocsException as wrong:
            raise PortalError(say("release.config", reason=" ".join(heard) or wrong.format_message())) from wrong
        plugin = next((each for each in config.plugins.values() if isinstance(each, MingbaiPlugin)), None)
        if plugin is None:
            raise PortalError(say("release.config", reason=say("release.no_plugin")))
        plugin.as_of = as_of
        try:
            run_mkdocs(config)
        except MkDocsException as wrong:
            cause = _cause(wrong)
            raise cause or BuildRefused(say("release.failed", reason=" ".join(heard))) from wrong
    for line in heard:
        print(line, file=sys.stderr)
    return Path(config.site_dir)


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Collect what MkDocs warns about, so that it can be said once and in its place."""
    heard: list[str] = []
    ear = logging.Handler(logging.WARNING)
    ear.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("mkdocs")
    logger.addHandler(ear)
    try:
        yield heard
    finally:
        logger.removeHandler(ear)


def _cause(wrong: BaseException | None) -> MingbaiError | None:
    """Return our own error from which MkDocs's came."""
    while wrong is not None and not isinstance(wrong, MingbaiError):
        wrong = wrong.__cause__ or wrong.__context__
    return wrong


def _wanted(config: MkDocsConfig) -> Path | None:
    """Return the output folder that was asked for; MkDocs's own default, `site`, was asked for by nobody."""
    asked = any("site_dir" in given for given in config.user_configs)
    return Path(config.site_dir) if asked else None


def _epoch_day(portal: Portal) -> date | None:
    """Return the day of SOURCE_DATE_EPOCH in the portal's time zone (reproducible-builds.org), None without it."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    return None if seconds is None else datetime.fromtimestamp(int(seconds), portal.settings.timezone).date()


def _dress(config: MkDocsConfig) -> None:
    """Bring in the theme and the Markdown that every portal has, whatever its mkdocs.yml says."""
    own = theme_folder()
    if own not in [Path(folder).resolve() for folder in config.theme.dirs]:
        config.theme.dirs.insert(0 if config.theme.custom_dir is None else 1, str(own))
    config.theme.static_templates.discard("sitemap.xml")
    config.markdown_extensions += [name for name in prose.EXTENSIONS if name not in config.markdown_extensions]
    config.mdx_configs.setdefault("tables", {})["use_align_attribute"] = True  # otherwise an inline style
    config.markdown_extensions.append(prose.PlainMarkdown())  # type: ignore[arg-type]  # MkDocs hands it on


def _is_of_theme(file: File, config: MkDocsConfig) -> bool:
    """Whether a file comes from our theme or from what a town lays over it, not from Material."""
    return file.src_dir in (str(theme_folder()), config.theme.custom_dir)


def _frame_keys(portal: Portal) -> Iterator[tuple[str, int]]:
    yield from ((lang, depth) for lang in portal.settings.languages for depth in range(frames.DEEPEST + 1))


def _frame_uri(lang: str, depth: int) -> str:
    return "_frames/" * depth + f"_{lang}.html"


def _frame_file(config: MkDocsConfig, lang: str, depth: int) -> File:
    """Return the hidden page that MkDocs builds into a frame, as deep as the pages that it is for."""
    file = File.generated(config, f"_frames/{lang}-{depth}.md", content="", inclusion=InclusionLevel.NOT_IN_NAV)
    file.dest_uri = _frame_uri(lang, depth)
    return file


def _tree(lang: str) -> str:
    return "" if lang == "zh" else f"{lang}/"


def _lang_of(url: str) -> str:
    return "en" if url.startswith("en/") else "zh"


def _say(lang: str, key: str, **facts: object) -> str:
    return say(key, lang, **facts)
