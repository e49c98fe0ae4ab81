"""Names every table and column of the forms service, for SQLite and PostgreSQL alike; it opens and changes nothing.

Moments are ISO text with the portal's offset and whole seconds, so that they sort and read the same everywhere. A
receipt is never stored, only its keyed hash. What can tell who wrote stands in a table of its own, so that no query
about a case touches it by accident.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

METADATA = MetaData()


def _case() -> Column[int]:
    """Return the column that ties a row to its case and goes with it; the key, alone or with the next ones."""
    return Column("submission", ForeignKey("submissions.number", ondelete="CASCADE"), primary_key=True)


SUBMISSIONS = Table(
    "submissions",
    METADATA,
    Column(
        "number", Integer, primary_key=True, autoincrement=False
    ),  # random: gaps tell nobody how many others
    Column("receipt_hash", LargeBinary, nullable=False, unique=True),
    Column("request_hash", LargeBinary, unique=True),  # keyed hash of the Idempotency-Key
    Column("content_hash", LargeBinary, nullable=False),  # keyed hash of what was sent under that key
    Column("type", Text, nullable=False),
    Column("unit", Text, nullable=False),  # the unit it concerns
    Column(
        "handler", Text, nullable=False
    ),  # who reads it: the unit, or the level above for letter and report
    Column("about", Text),
    Column("text", Text, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("answer_by", Text, nullable=False),
    Column("calculation_zh", Text, nullable=False),
    Column("calculation_en", Text, nullable=False),
)
Index("submissions_by_handler", SUBMISSIONS.c.handler, SUBMISSIONS.c.answer_by)

WRITERS = Table("writers", METADATA, _case(), Column("name", Text), Column("contact", Text))

EVENTS = Table(
    "events",
    METADATA,
    _case(),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("by_unit", Text, nullable=False),
)

ANSWERS = Table(
    "answers",
    METADATA,
    _case(),
    Column("at", Text, nullable=False),
    Column("by_unit", Text, nullable=False),
    Column("text", Text, nullable=False),
)

RELEASES = Table(
    "releases",
    METADATA,
    _case(),
    Column("at", Text, nullable=False),
    Column("address", Text, nullable=False),  # /u/<unit>/<kind>/<year>/#<key>
)

# What is on its way to the public site, noted before its row is written: at which step of the case, where, in which
# words.
INTENDED = Table(
    "intended",
    METADATA,
    _case(),
    Column("step", Integer, nullable=False),
    Column("address", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
)

# Files of the portal that the service changed and has not committed yet.
UNCOMMITTED = Table(
    "uncommitted",
    METADATA,
    Column("path", Text, primary_key=True),
    Column("before", LargeBinary),  # NULL: there was none
    Column("written", Text, nullable=False),  # SHA-256 of all that was written since, a blank between
)

# Staff. A password is kept as its argon2id hash, a session and a recovery code as their SHA-256.
ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("totp_secret", Text, nullable=False),
    Column("totp_step", Integer, nullable=False),  # the newest step that was used: a code serves once
    Column("created_at", Text, nullable=False),
    Column("closed_at", Text),
)

RECOVERIES = Table(
    "recoveries",
    METADATA,
    Column("account", ForeignKey("accounts.name"), primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("hash", LargeBinary, primary_key=True),
    Column("account", ForeignKey("accounts.name"), nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
)

# Who read and did what. It outlives the cases, so it names a case by number and holds none of its words.
AUDIT = Table(
    "audit_trail",
    METADATA,
    Column("line", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("submission", Integer),
)

# To which account something was done, where a line of the trail says that. Lines stay as they are, so does this.
NAMED = Table(
    "audit_accounts",
    METADATA,
    Column("line", ForeignKey("audit_trail.line"), primary_key=True),
    Column("account", Text, nullable=False),
)

# Which filing somebody published, where a line of the trail says that: unit, kind and period, nothing of what is in it.
FILED = Table(
    "audit_filings",
    METADATA,
    Column("line", ForeignKey("audit_trail.line"), primary_key=True),
    Column("filing", Text, nullable=False),  # <unit>/<kind>/<period>
)

# Whose password somebody else has seen, since when: it is to be changed before anything else.
DRAWN = Table(
    "drawn_passwords",
    METADATA,
    Column("account", ForeignKey("accounts.name"), primary_key=True),
    Column("at", Text, nullable=False),
)

# What the writer says of the answer, once.
VERDICTS = Table(
    "verdicts",
    METADATA,
    _case(),
    Column("at", Text, nullable=False),
    Column("solved", Boolean, nullable=False),
    Column("satisfied", Text, nullable=False),  # yes, fairly, no
)

# What an event says beyond its sort: who did it, where the case went, until when, in which words.
DETAILS = Table(
    "event_details",
    METADATA,
    _case(),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("account", Text),
    Column("level", Text),  # lead, discuss, support, oversee
    Column("owner", Text),
    Column("due", Text),
    Column("text", Text),
    Column("other", Integer),  # another case, or another step
)

# The words in which a question and its answer are to be published, until another person has looked at them.
DRAFTS = Table(
    "drafts",
    METADATA,
    _case(),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
)

# What a unit is asked to do about a letter or report on it: rewritten, under a number of its own. Only who gave the
# task knows the case behind it (design §6.13).
TASKS = Table(
    "tasks",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("submission", ForeignKey("submissions.number", ondelete="CASCADE"), nullable=False),
    Column("unit", Text, nullable=False),
    Column("given_on", Text, nullable=False),
    Column("due", Text, nullable=False),
    Column("text", Text, nullable=False),
)

OUTCOMES = Table(
    "outcomes",
    METADATA,
    Column("task", ForeignKey("tasks.number", ondelete="CASCADE"), primary_key=True),
    Column("at", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("text", Text, nullable=False),
)

# How the holder of a receipt follows a case: by a feed, whose address is kept as a hash, or by e-mail.
FEEDS = Table("feeds", METADATA, _case(), Column("token_hash", LargeBinary, nullable=False, unique=True))
FOLLOWERS = Table("followers", METADATA, _case(), Column("address", Text, nullable=False))

# Who wants news of which feed of the site by e-mail; without `confirmed_at` the first mail was not opened yet.
SUBSCRIPTIONS = Table(
    "subscriptions",
    METADATA,
    Column("key_hash", LargeBinary, primary_key=True),
    Column("feed", Text, nullable=False, index=True),
    Column("address", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("confirmed_at", Text),
)

# The entries of a feed that those who follow it were told of.
NEWS = Table("news", METADATA, Column("feed", Text, primary_key=True), Column("mark", Text, primary_key=True))

# Mail that waits to be sent.
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
)

# What is left of each allowance: the key is a hash that changes every day.
ALLOWANCES = Table(
    "allowances",
    METADATA,
    Column("key", LargeBinary, primary_key=True),
    Column("tokens", Float, nullable=False),
    Column("at", Float, nullable=False),  # seconds since 1970
)

# When the service last went its round, and since when its clock has run without a jump; one row.
ROUNDS = Table(
    "rounds",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("steady_since", Text, nullable=False),
)

# What ingest made of a photo, never the file that was sent. Faces and plates are personal: it goes with the contact.
PHOTOS = Table(
    "photos",
    METADATA,
    _case(),
    Column("place", Integer, primary_key=True, autoincrement=False),  # from 1, in the order chosen
    Column("content", LargeBinary, nullable=False),  # JPEG
)
