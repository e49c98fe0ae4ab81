"""Builds the newest commit of a server, one build at a time; it takes no push and changes nothing that was pushed.

The build runs as a process of its own, with limits and without a network where the machine allows. A build that fails
leaves the site that stands, and its reason stands on the status page.
"""

from mingbai.builder.running import build_newest, serve
from mingbai.builder.status import write_page

__all__ = ["build_newest", "serve", "write_page"]
