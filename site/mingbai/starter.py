"""Makes a new portal in an empty folder: settings, one county, one town, one village and a first page of prose.

It writes nothing where something stands already, and it brings no filing and no figure of the demo.
"""

from pathlib import Path

from mingbai.errors import UsageError
from mingbai.messages import say

_FILES = {
    "mkdocs.yml": """\
# 门户的设置。改这里的名称和落款，其余可以先不动。
site_name: 明白
docs_dir: content
site_dir: build/site
theme:
  name: material
  font: false
  language: zh
plugins:
  - mingbai
extra:
  mingbai:
    title: {zh: 某县村务公开, en: Village affairs of our county}
    county: county
    languages: [zh, en]
    timezone: Asia/Shanghai
    owed_since: 2026-01-01
    licence: CC-BY-4.0
""",
    "datasets/units.csv": (
        "unit,name,name_en,sort,parent,valid_from,valid_to,successors,profile,high_turnover,households,population,phone\n"
        "county,某县,Our county,county,,2026-01-01,,,national,,,,\n"
        "town,某镇,Our town,town,county,2026-01-01,,,national,,,,\n"
        "village,某村,Our village,village,town,2026-01-01,,,national,,,,\n"
    ),
    "datasets/filings/.gitkeep": "",
    "content/about.md": "# 关于本站\n\n这里公开村里的钱和事。看不明白的，点「我要问」。\n",
    "content/en/about.md": "# About\n\nWhat our villages earn, spend and decide. Ask what you do not understand.\n",
    ".gitignore": "build/\n.state/\n",
}


def init(folder: Path) -> None:
    """Make a portal in `folder`, which must be empty or not there yet. Raises UsageError otherwise."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(say("starter.not_empty", folder=folder))
    for name, content in _FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
