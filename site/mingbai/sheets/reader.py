"""provisional – the checks helper replaces this file."""
import csv, io
from dataclasses import dataclass
import yaml
@dataclass(frozen=True)
class Sheet:
    labels: list
    rows: list
    findings: list
def read_csv(data, file):
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    return Sheet(lines[0] if lines else [], list(enumerate(lines[1:], 2)), [])
def read_sidecar(data, file):
    return yaml.load(data, Loader=yaml.BaseLoader) or {}, []
