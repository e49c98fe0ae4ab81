"""Says why a file cannot be opened as a spreadsheet, and what to do; it opens none."""

from mingbai.errors import MingbaiError
from mingbai.messages import LANGUAGES, Text, say


class Refused(MingbaiError):
    """A file that cannot be read as a spreadsheet: `says` what it is, `does` what to do about it."""

    def __init__(self, reason: str, **facts: object) -> None:
        """Take the words of `workbooks.<reason>` and `workbooks.<reason>.do`."""
        self.reason = reason
        self.says, self.does = (
            Text(*(say(key, lang, **facts) for lang in LANGUAGES))
            for key in (f"workbooks.{reason}", f"workbooks.{reason}.do")
        )
        super().__init__(f"{self.says.zh}{self.does.zh}")
