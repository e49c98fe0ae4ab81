"""Names everything that can go wrong for a maintainer or a caller; it says nothing about a clerk's data.

What a clerk can cause is a `Finding` (module `checks`), all of them at once. What stops the work is one of these::

    MingbaiError
    ├── UsageError          the command was called wrongly (exit 2)
    ├── PortalError         the installation itself is wrong: settings, units, profiles, calendar
    │   └── KindError       the folder of a kind is wrong
    ├── FilingUnreadable    a filing has findings that keep it from being read; the checks name them
    ├── FrameError          the built frame lacks a marker, or holds it twice
    └── BuildRefused        a build would destroy a source, or did not pass its own verification
"""


class MingbaiError(Exception):
    """Base of every error of the engine; `message` is a sentence a person can act on."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UsageError(MingbaiError):
    """The command line asks for something that is not there."""


class PortalError(MingbaiError):
    """Settings, units, profiles or calendar of the installation cannot be used."""


class KindError(PortalError):
    """A folder of a kind cannot be used; the message names folder, file and key."""


class FilingUnreadable(MingbaiError):
    """A filing has errors; run the checks to get all of them."""


class FrameError(MingbaiError):
    """A frame cannot be split at its markers."""


class BuildRefused(MingbaiError):
    """A build was stopped before it could replace the site that stands."""
