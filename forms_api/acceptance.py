"""Accepts a judged submission: receipt, deadline, durable storage, for form and API alike; it knows no HTTP."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Connection

from forms_api import levels, receipts
from forms_api.cases import Case, Entry, Stored, add, by_receipt
from forms_api.database import Database
from forms_api.deadlines import deadline
from forms_api.desk.doors import Doors
from forms_api.desk.filing.holding import Uploads
from forms_api.guesses import Guesses
from forms_api.keys import Keys
from forms_api.limits import Limits
from forms_api.photos.ingest import Ingest
from forms_api.rates import Rates
from forms_api.submissions import Draft
from forms_api.writer import Busy, Writer
from mingbai.messages import Text
from mingbai.portal import Portal
from mingbai.receiving.layout import Server

DISK_LOW_RETRY = 3600
Beside = Callable[[Connection, int], None]


@dataclass(frozen=True)
class Accepted:
    """What a resident gets back, after the commit."""

    receipt: str
    received_at: datetime
    answer_by: date
    calculation: Text


@dataclass(frozen=True)
class Acceptance:
    """Everything one running service needs to take submissions and to find them again.

    `uploads`: what clerks look at before they publish it; `server`: where that is pushed to, None where nowhere.
    """

    portal: Portal
    limits: Limits
    keys: Keys
    database: Database
    writer: Writer
    rates: Rates
    guesses: Guesses
    doors: Doors
    ingest: Ingest
    clock: Callable[[], datetime]
    uploads: Uploads
    server: Server | None

    def accept(
        self,
        draft: Draft,
        request_key: str | None,
        sender: str,
        beside: Beside | None = None,
        worked: bool = False,
        photos: tuple[bytes, ...] = (),
    ) -> Accepted:
        """Store `draft` and return its receipt; the same request key and content give the same receipt again.

        `sender` is a network address, counted and forgotten, or an account at the desk (see `rates`); `beside` stores
        what else belongs to a new case, in the same transaction; `worked`: the sender proved some work; `photos` come
        from `ingest`.

        Raises TooMany, Busy, Unstored, RequestReused.
        """
        self.rates.check(sender, worked)
        if self.free_disk < self.limits.free_disk:
            raise Busy("disk low", DISK_LOW_RETRY)
        receipt, entry = self._entry(draft, request_key, photos)

        def store(connection: Connection) -> Stored:
            stored = add(connection, entry)
            if not stored.repeated:
                self.rates.keep(connection, sender)
                if beside is not None:
                    beside(connection, stored.number)
            return stored

        stored: Stored = self.writer.run(store)
        if not stored.repeated:
            self.rates.count(sender)
        return Accepted(receipt, stored.received_at, stored.answer_by, stored.calculation)

    @property
    def free_disk(self) -> int:
        """How many bytes are free where letters are kept."""
        return shutil.disk_usage(self.portal.state).free

    def find(self, receipt: str, address: str) -> Case | None:
        """Return the case behind a well-formed receipt. Raises TooMany after too many wrong ones from `address`."""
        self.guesses.check(address)
        with self.database.reading() as connection:
            case = by_receipt(connection, self.keys.sign("receipt", receipt.encode()))
        if case is None:
            self.guesses.count(address)
        return case

    def _entry(self, draft: Draft, request_key: str | None, photos: tuple[bytes, ...]) -> tuple[str, Entry]:
        content = json.dumps(draft.facts(), sort_keys=True, ensure_ascii=True).encode()
        content += b"".join(sha256(photo).digest() for photo in photos)
        request = None if request_key is None else request_key.encode()
        receipt = receipts.draw() if request is None else self._derived(request, content)
        received_at = self.clock()
        unit = self.portal.units.get(draft.unit, received_at.date())
        due = deadline(self.portal, unit, draft.type, received_at)
        place = levels.entry(self.portal, draft.handler, unit, received_at.date(), due.day)
        return receipt, Entry(
            receipt_hash=self.keys.sign("receipt", receipt.encode()),
            request_hash=None if request is None else self.keys.sign("request", request),
            content_hash=self.keys.sign("content", content),
            type=draft.type,
            unit=draft.unit,
            handler=draft.handler,
            about=draft.about,
            text=draft.text,
            public=draft.public,
            name=draft.name,
            contact=draft.contact,
            received_at=received_at,
            answer_by=due.day,
            calculation=due.calculation,
            level=place.level,
            level_due=place.due,
            photos=photos,
        )

    def _derived(self, request: bytes, content: bytes) -> str:
        # The content goes in too: whoever guesses a key must also know every word to get the receipt.
        return receipts.derive(self.keys.sign("derived", self.keys.sign("request", request) + content))
