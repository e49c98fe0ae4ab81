"""Opens the desk where thirty thousand letters were written and where three hundred were: `scripts/bench desk`.

A queue shows what waits; what was answered long ago must cost it nothing. The smaller desk is the control.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

from flask import Flask
from sqlalchemy import Connection, insert

from forms_api import create_app
from forms_api.cases import moment
from forms_api.database import Database
from forms_api.tables import ANSWERS, DETAILS, EVENTS, SUBMISSIONS
from tests.api.conftest import NOW, settle
from tests.api.desk import HTTPS, Person
from tests.village import Village

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--letters", type=int, default=30_000)
parser.add_argument("--times", type=int, default=15)
said = parser.parse_args()
OPEN_ONE_IN = 50
FEW = 300
PAGES = {"queue": "/desk", "find": "/desk/cases?words=路灯", "case": "/desk/cases/100000000"}


def write(connection: Connection, count: int) -> None:
    """Store so many letters of two years, of which one in fifty waits for its answer."""
    chance = random.Random(1)
    for place in range(count):
        number, unit = 100_000_000 + place, chance.choice(["east", "west", "lane"])
        at = NOW - timedelta(hours=chance.randrange(24 * 730))
        answered = moment(at + timedelta(days=2))
        letter = {
            "number": number,
            "receipt_hash": place.to_bytes(32, "big"),
            "content_hash": b"",
            "about": None,
        }
        letter |= {
            "type": "inquiry",
            "unit": unit,
            "handler": unit,
            "text": f"第 {place} 封信，路灯什么时候修？",
        }
        letter |= {
            "public": chance.random() < 0.5,
            "received_at": moment(at),
            "calculation_zh": "",
            "calculation_en": "",
        }
        connection.execute(
            insert(SUBMISSIONS).values(**letter, answer_by=(at + timedelta(days=10)).date().isoformat())
        )
        event = {"submission": number, "by_unit": unit}
        connection.execute(insert(EVENTS).values(**event, step=1, at=moment(at), what="received"))
        due = (at + timedelta(days=3)).date().isoformat()
        connection.execute(
            insert(DETAILS).values(submission=number, step=1, level="lead", owner=unit, due=due)
        )
        if place % OPEN_ONE_IN:
            connection.execute(
                insert(ANSWERS).values(submission=number, at=answered, by_unit=unit, text="修好了。")
            )
            connection.execute(insert(EVENTS).values(**event, step=2, at=answered, what="answered"))


def times(app: Flask, village: Village, role: str, unit: str) -> Iterator[tuple[str, float]]:
    """Yield each page of the desk with the median of how long it took, in milliseconds."""
    person = Person(app, village, role, unit, role)
    for name, address in PAGES.items():
        taken = []
        for _ in range(said.times + 1):
            begun = time.monotonic()
            person.client.get(address, base_url=HTTPS)
            taken.append(time.monotonic() - begun)
        yield f"{role} {name}", median(taken[1:]) * 1000  # the first one also reads templates


def measure(count: int) -> dict[str, float]:
    """Return how long the pages take where there are `count` letters."""
    with tempfile.TemporaryDirectory() as folder:
        village = settle(Path(folder) / "portal")
        app = create_app(village.root, clock=lambda: NOW)
        with Database.of(village.root / ".state").changing() as connection:
            write(connection, count)
        found = dict([*times(app, village, "clerk", "east"), *times(app, village, "supervisor", "county")])
        app.extensions["close"]()
    return found


few, many = measure(FEW), measure(said.letters)
for name in few:
    ratio = many[name] / few[name]
    print(
        f"{name}: {many[name]:.0f} ms with {said.letters} letters, {few[name]:.0f} ms with {FEW}, {ratio:.1f} times"
    )
