"""Scores the headers of a page as Mozilla's HTTP Observatory does, by the rules that it publishes.

Of https://github.com/mdn/mdn-http-observatory (src/grader/charts.js, src/analyzer): tests that a static page without
cookies, foreign scripts and cross-origin sharing can fail or gain by. Credits count only from a score of 90 on.
"""

import re
from collections.abc import Mapping

CREDITS_FROM = 90
_BROAD = {"*", "http:", "https:", "ftp:"}
_INLINE = {"'unsafe-inline'", "data:"}
_PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


def score(headers: Mapping[str, str], meta: str) -> int:
    """Return the score of a page with these headers and the policy `meta` in its <meta>."""
    found = {name.lower(): value for name, value in headers.items()}
    changes = [
        _policy(found.get("content-security-policy", ""), meta),
        5 if "frame-ancestors" in _directives(found.get("content-security-policy", "")) else -20,
        5 if found.get("referrer-policy") in _PRIVATE else 0,
        {"same-origin": 10, "same-site": 10}.get(found.get("cross-origin-resource-policy", ""), 0),
        0 if _seconds(found.get("strict-transport-security", "")) >= 15768000 else -20,
        0 if found.get("x-content-type-options") == "nosniff" else -5,
    ]
    base = 100 + sum(each for each in changes if each < 0)
    return base + (sum(each for each in changes if each > 0) if base >= CREDITS_FROM else 0)


def _policy(header: str, meta: str) -> int:
    """Return what both policies together are worth: a source counts where each that names the directive has it."""
    one, two = _directives(header), _directives(meta)
    both = {
        name: one.get(name, two.get(name, set())) & two.get(name, one.get(name, set())) for name in one | two
    }
    if not both:
        return -25
    default = both.get("default-src", {"*"})
    scripts, styles = both.get("script-src", default), both.get("style-src", default)
    if scripts & (_BROAD | _INLINE) or both.get("object-src", default) & _BROAD:
        return -20
    if "'unsafe-eval'" in scripts | styles:
        return -10
    if styles & (_BROAD | _INLINE):
        return 0
    return 10 if default == {"'none'"} else 5


def _directives(policy: str) -> dict[str, set[str]]:
    words = [each.split() for each in policy.lower().split(";") if each.strip()]
    return {name: set(sources) for name, *sources in words}


def _seconds(header: str) -> int:
    found = re.search(r"max-age=(\d+)", header)
    return int(found[1]) if found else 0
