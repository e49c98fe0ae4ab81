-- As version 0003 made it, the last one before the workflow; never changed.
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE submissions (
	number INTEGER NOT NULL,
	receipt_hash BLOB NOT NULL,
	request_hash BLOB,
	content_hash BLOB NOT NULL,
	type TEXT NOT NULL,
	unit TEXT NOT NULL,
	handler TEXT NOT NULL,
	about TEXT,
	text TEXT NOT NULL,
	public BOOLEAN NOT NULL,
	received_at TEXT NOT NULL,
	answer_by TEXT NOT NULL,
	calculation_zh TEXT NOT NULL,
	calculation_en TEXT NOT NULL,
	PRIMARY KEY (number),
	UNIQUE (receipt_hash),
	UNIQUE (request_hash)
);
CREATE INDEX submissions_by_handler ON submissions (handler, answer_by);
CREATE TABLE writers (
	submission INTEGER NOT NULL,
	name TEXT,
	contact TEXT,
	PRIMARY KEY (submission),
	FOREIGN KEY(submission) REFERENCES submissions (number) ON DELETE CASCADE
);
CREATE TABLE events (
	submission INTEGER NOT NULL,
	step INTEGER NOT NULL,
	at TEXT NOT NULL,
	what TEXT NOT NULL,
	by_unit TEXT NOT NULL,
	PRIMARY KEY (submission, step),
	FOREIGN KEY(submission) REFERENCES submissions (number) ON DELETE CASCADE
);
CREATE TABLE answers (
	submission INTEGER NOT NULL,
	at TEXT NOT NULL,
	by_unit TEXT NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (submission),
	FOREIGN KEY(submission) REFERENCES submissions (number) ON DELETE CASCADE
);
CREATE TABLE releases (
	submission INTEGER NOT NULL,
	at TEXT NOT NULL,
	address TEXT NOT NULL,
	PRIMARY KEY (submission),
	FOREIGN KEY(submission) REFERENCES submissions (number) ON DELETE CASCADE
);
CREATE TABLE accounts (
	name TEXT NOT NULL,
	unit TEXT NOT NULL,
	role TEXT NOT NULL,
	password TEXT NOT NULL,
	totp_secret TEXT NOT NULL,
	totp_step INTEGER NOT NULL,
	created_at TEXT NOT NULL,
	closed_at TEXT,
	PRIMARY KEY (name)
);
CREATE TABLE audit_trail (
	line INTEGER NOT NULL,
	at TEXT NOT NULL,
	account TEXT NOT NULL,
	what TEXT NOT NULL,
	submission INTEGER,
	PRIMARY KEY (line)
);
CREATE TABLE recoveries (
	account TEXT NOT NULL,
	hash BLOB NOT NULL,
	PRIMARY KEY (account, hash),
	FOREIGN KEY(account) REFERENCES accounts (name)
);
CREATE TABLE sessions (
	hash BLOB NOT NULL,
	account TEXT NOT NULL,
	opened_at TEXT NOT NULL,
	seen_at TEXT NOT NULL,
	PRIMARY KEY (hash),
	FOREIGN KEY(account) REFERENCES accounts (name)
);
CREATE TRIGGER audit_stays_UPDATE BEFORE UPDATE ON audit_trail BEGIN SELECT RAISE(ABORT, 'the audit trail stays'); END;
CREATE TRIGGER audit_stays_DELETE BEFORE DELETE ON audit_trail BEGIN SELECT RAISE(ABORT, 'the audit trail stays'); END;
CREATE TABLE verdicts (
	submission INTEGER NOT NULL,
	at TEXT NOT NULL,
	solved BOOLEAN NOT NULL,
	satisfied TEXT NOT NULL,
	PRIMARY KEY (submission),
	FOREIGN KEY(submission) REFERENCES submissions (number) ON DELETE CASCADE
);
INSERT INTO alembic_version VALUES ('0003');
