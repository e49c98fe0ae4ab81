"""Issues and reads the hidden token of a form: when the form was shown, and which form it is; it stores nothing.

The same token sent twice is the same submission, so a double click or a reload never sends two.
"""

import hmac
import secrets
from datetime import datetime

from forms_api.keys import Keys


def issue(keys: Keys, now: datetime) -> str:
    """Return a new token."""
    said = f"{int(now.timestamp())}-{secrets.token_hex(12)}"
    return f"{said}-{_sign(keys, said)}"


def read(keys: Keys, token: str, now: datetime, seconds: int) -> str | None:
    """Return the form's own key if the token is ours and at most `seconds` old, else None."""
    said, _, signature = token.rpartition("-")
    if not said.isascii() or not hmac.compare_digest(
        _sign(keys, said).encode(), signature.encode("utf-8", "replace")
    ):
        return None
    shown, _, key = said.partition("-")
    return key if 0 <= now.timestamp() - int(shown) <= seconds + 1 else None


def _sign(keys: Keys, said: str) -> str:
    return keys.sign("form", said.encode("utf-8", "replace")).hex()[:32]
