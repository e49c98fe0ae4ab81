"""Writes the sheet of a withdrawal: what was done, what the law asks for and by when; it notifies nobody."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mingbai.messages import say
from mingbai.receiving.layout import Server

if TYPE_CHECKING:
    from mingbai.withdrawal.taking import Withdrawal

# 国家网络安全事件报告管理办法 (in force 2025-11-01) Art. 4: what is 较大 or worse is reported within four hours.
REPORT = timedelta(hours=4)


def write_sheet(server: Server, done: "Withdrawal", now: datetime) -> Path:
    """Write the incident sheet into the state folder, readable by its owner, and return where it is."""
    folder = server.state / "incidents"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{now:%Y%m%dT%H%M%S}.md"
    rows = "、".join(done.rows) or say("withdrawal.all", "zh")
    facts: dict[str, object] = {
        "at": now.strftime("%Y-%m-%d %H:%M"),
        "path": done.id.path,
        "rows": rows,
        "reason": done.reason,
        "seconds": round(done.seconds),
        "commit": done.commit[:12],
        "report_by": (now + REPORT).strftime("%Y-%m-%d %H:%M"),
    }
    addresses = "\n".join(f"- {each}" for each in done.addresses)
    path.write_text(say("withdrawal.sheet", "zh", **facts) + "\n" + addresses + "\n", "utf-8")
    path.chmod(0o600)
    return path
