"""Packs files into a ZIP that is the same for the same files: no time of day, no owner."""

import io
import zipfile
from collections.abc import Mapping

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the format knows none before


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return the members, by their paths, as a ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path, data in members.items():
            archive.writestr(zipfile.ZipInfo(path, _FIRST_DAY), data, zipfile.ZIP_DEFLATED, 6)
    return out.getvalue()
