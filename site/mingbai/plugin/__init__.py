"""Hands the whole to MkDocs and takes the built pages back; it is the only module that imports `mkdocs`.

MkDocs builds prose and one hidden frame for each depth and language. After it, the other rooms pour data pages into the
frames, and the release is verified and put up. `mkdocs build`, `mkdocs build -d` and `mingbai build` share this path.
"""

from mingbai.plugin.building import build
from mingbai.plugin.hooks import MingbaiPlugin

__all__ = ["MingbaiPlugin", "build"]
