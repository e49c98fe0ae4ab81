"""provisional – the checks helper replaces this file."""
from collections.abc import Mapping
from dataclasses import dataclass, field
@dataclass(frozen=True)
class Finding:
    file: str
    row: int | None
    field: str | None
    rule: str
    severity: str = "error"
    key: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    def message(self, lang: str) -> str: return f"{self.rule} {self.field}"
    def remedy(self, lang: str) -> str: return ""
