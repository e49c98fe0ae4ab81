"""provisional – the checks helper replaces this file."""
from datetime import date
from decimal import Decimal
from mingbai.sheets.finding import Finding
def cast(descriptor, labels, rows, file):
    types = {f["name"]: f["type"] for f in descriptor["fields"]}
    out, findings = [], []
    for number, cells in rows:
        row = dict.fromkeys(types)
        for label, cell in zip(labels, cells):
            t = types.get(label, "string")
            try:
                row[label] = None if cell == "" else {"number": Decimal, "integer": int, "date": date.fromisoformat}.get(t, lambda x: x)(cell)
            except Exception:
                findings.append(Finding(file, number, label, "type"))
        out.append(row)
    return out, findings
