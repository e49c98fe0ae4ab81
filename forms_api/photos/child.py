"""Is the process that opens one photo of a stranger: picture on standard input, plain JPEG on standard output.

`ingest` starts it by its path with `python -I`, so nothing of the service is loaded here, and it limits itself before
it reads a byte: memory, time, what it may write, and no further file or connection. The picture is painted anew on an
empty canvas, so place and time, colour profile, comments and thumbnails of the original are not in it. What cannot be
painted ends with status 1 and the word for why on standard output: pixels, moving, broken.
"""

import os
import resource
import sys
import warnings
from io import BytesIO

from PIL import Image, ImageOps, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin

_LOADED = (MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)  # what Pillow would load when it meets it
_QUALITY = 80
_WHITE = (255, 255, 255)


def confine(memory: int, seconds: int, written: int) -> None:
    """Give up for good what a decoder that was taken over would want. `memory` and `written` in bytes."""
    Image.preinit()
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, written),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.nice(10)  # whoever writes letters goes first


class Moving(Exception):
    """A picture of several, of which nobody can say which one was meant."""


def repaint(sent: bytes, sort: str, pixels: int, edge: int) -> bytes:
    """Return the picture in `sent` as a JPEG whose longer side is `edge` pixels at most. Raises what Pillow does."""
    Image.MAX_IMAGE_PIXELS = pixels
    warnings.simplefilter(
        "error", Image.DecompressionBombWarning
    )  # by itself Pillow only warns up to twice as many
    with Image.open(BytesIO(sent), formats=[sort]) as opened:
        if sort != "JPEG" and getattr(opened, "is_animated", False):
            raise Moving
        picture: Image.Image = opened
        if picture.mode.startswith("I"):
            picture = picture.convert("I").point(lambda level: level / 256).convert("L")
        elif picture.mode in ("1", "P", "PA", "LA") or "transparency" in picture.info:
            picture = picture.convert("RGBA")
        picture.thumbnail((edge, edge))
        picture = ImageOps.exif_transpose(picture)
        canvas = Image.new("RGB", picture.size, _WHITE)
        canvas.paste(picture.convert("RGB"), mask=picture if picture.mode == "RGBA" else None)
    written = BytesIO()
    canvas.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()


def main(sort: str, pixels: int, edge: int, memory: int, seconds: int, written: int) -> int:
    """Read, repaint, write; return the status to end with."""
    confine(memory, seconds, written)
    try:
        said = repaint(sys.stdin.buffer.read(), sort, pixels, edge)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        said = b"pixels"
    except Moving:
        said = b"moving"
    except Exception:  # a decoder fails in any way it likes, and there is nothing to tell but that it did
        said = b"broken"
    sys.stdout.buffer.write(said)
    return 0 if said.startswith(b"\xff\xd8") else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *(int(each) for each in sys.argv[2:])))
