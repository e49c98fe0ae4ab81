"""Builds small villages for tests: a whole portal in a temporary folder, from a few lines that a test can read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mingbai.portal import Portal

AS_OF = date(2026, 4, 20)

SETTINGS = """\
site_name: 明白
docs_dir: content
theme: {name: material, font: false, language: zh}
plugins: [mingbai]
extra:
  mingbai:
    title: {zh: 测试县村务公开, en: Test county}
    county: county
    languages: [zh, en]
    timezone: Asia/Shanghai
    demo: true
    owed_since: 2026-01-01
    kinds: [answering, decision, figures, finance, inquiry, relief, service]
    receive_log: receive.log
"""

UNITS = """\
unit,name,name_en,sort,parent,valid_from,valid_to,successors,profile,high_turnover,households,population,phone
county,测试县,Test county,county,,2020-01-01,,,national,,,,
town,测试镇,Test town,town,county,2020-01-01,,,national,,,,
east,东头村,Dongtou,village,town,2020-01-01,,,national,,210,800,
west,西头村,Xitou,village,town,2020-01-01,,,national,,180,700,
lane,南巷社区,Nanxiang,community,town,2020-01-01,,,national,,400,1500,
old,旧庄村,Jiuzhuang,village,town,2020-01-01,2025-12-31,east,national,,90,300,
"""

FINANCE = """\
number,date,subject,summary,note,income,expenditure,voucher
1,2026-01-08,经营收入,村口门面房租金,3间,18000.00,,记-001
2,2026-02-06,环境卫生,保洁员工资,4人，1月,,4800.00,记-002
3,2026-03-11,工程,东渠清淤首付款,合同 DT-2026-01,,3200.50,记-003
"""
FINANCE_FACTS = """\
header: {opening: 1000.00, closing: 10999.50}
supervision: {opinion: 凭证齐全，同意公布, date: 2026-04-08}
display: {place: 村部公示栏, from: 2026-04-09, until: 2026-04-24}
"""


@dataclass
class Village:
    """A small portal that a test may change; `portal` opens it anew each time."""

    root: Path

    @property
    def portal(self) -> Portal:
        """The installation as it stands now."""
        return Portal.open(self.root)

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file below the portal and return its path."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return target

    def file(
        self, unit: str, kind: str, period: str, rows: str | None, facts: str, received: str | None = None
    ) -> None:
        """Put a filing in place and, when `received` is given (an ISO time), its line in the receive log."""
        base = f"datasets/filings/{unit}/{kind}/{period}"
        if rows is not None:
            self.write(f"{base}.csv", rows)
        self.write(f"{base}.yaml", facts)
        if received is not None:
            self.receive({f"{base}.csv": received, f"{base}.yaml": received})

    def receive(self, times: Mapping[str, str]) -> None:
        """Append to the receive log: path → ISO time."""
        with (self.root / "receive.log").open("a", encoding="utf-8") as log:
            for path, when in times.items():
                log.write(
                    json.dumps({"path": path, "sha256": "0" * 64, "received_at": when, "commit": "demo"})
                    + "\n"
                )


def build_village(root: Path) -> Village:
    """Build the usual village: `east` filed in time, `west` late, `lane` has nothing to report; relief is missing."""
    village = Village(root)
    village.write("mkdocs.yml", SETTINGS)
    village.write("datasets/units.csv", UNITS)
    village.write("content/about.md", "# 关于本站\n\n示范数据。\n")
    village.write("content/en/about.md", "# About\n\nInvented data.\n")
    village.write("receive.log", json.dumps({"note": "示范数据"}, ensure_ascii=False) + "\n")
    village.file("east", "finance", "2026-Q1", FINANCE, FINANCE_FACTS, "2026-04-09T09:30:00+08:00")
    village.file("west", "finance", "2026-Q1", FINANCE, FINANCE_FACTS, "2026-04-18T16:00:00+08:00")
    village.file(
        "lane", "finance", "2026-Q1", None, "nil: {reason: 账户还没有开立}\n", "2026-04-07T10:00:00+08:00"
    )
    return village
