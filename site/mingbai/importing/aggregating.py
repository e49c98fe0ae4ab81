"""Turns a list of households into counts and sums by the kind's dimensions; it tells no row apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mingbai.importing.households import Household
from mingbai.importing.request import Request
from mingbai.importing.taking import Taken
from mingbai.kinds import Contract, Kind
from mingbai.privacy.bands import band_of, is_bands
from mingbai.sheets.finding import Finding


@dataclass(frozen=True)
class Register:
    """A list of households. `every` holds what is the same in all rows."""

    kind: Kind
    contract: Contract
    columns: Mapping[str, Taken]
    every: Mapping[str, str]
    request: Request

    @property
    def count(self) -> str:
        """The field that counts households."""
        return str((self.kind.privacy or {})["count"])

    @property
    def sums(self) -> list[str]:
        """The fields that are added up and that the list gives."""
        return [name for name in (self.kind.privacy or {})["sums"] if name in self.columns]

    @property
    def order(self) -> list[str]:
        """The dimensions, the one that is merged away last first."""
        return [*reversed((self.kind.privacy or {})["merge"])]

    def weight(self, each: Household) -> int:
        """How many households its rows stand for: one, unless the list says."""
        taken = self.columns.get(self.count)
        return 1 if taken is None else int(taken.together(each.rows) or 1)

    def value(self, name: str, each: Household) -> str | None:
        """Return what a household is in one dimension; a band of money follows from all that it got."""
        field = self.contract.schema.by_name[name]
        if name in self.columns:
            return self.columns[name].together(each.rows)
        if name in self.every or not is_bands(field.options) or len(self.sums) != 1:
            return self.every.get(name)
        amount, weight = self.columns[self.sums[0]].together(each.rows), self.weight(each)
        return band_of(Decimal(amount) / weight, field.options) if amount and weight > 0 else None

    def unfinished(self, each: Household) -> Iterator[Finding]:
        """Say what a household lacks to be counted, and in which of its rows it is another."""
        for name in self.order:
            if not self.value(name, each):
                yield self._finding("importing.no_dimension", name, each.first)
            elif name in self.columns and len(self._said(name, each)) > 1:
                rows = "、".join(map(str, each.rows))
                yield self._finding("importing.household_differs", name, each.first, rows=rows)
        for name in {*self.sums, self.count} & set(self.columns):
            if not self._said(name, each):
                yield self._finding("importing.no_amount", name, each.first)

    def _said(self, name: str, each: Household) -> set[str]:
        return {text for row in each.rows if (text := self.columns[name].cells[row].text)}

    def _finding(self, key: str, name: str, row: int, **more: str) -> Finding:
        title = self.contract.schema.by_name[name].title
        return Finding.of(key, self.request.file, row, name, row=row, title=title, **more)


def aggregated(
    register: Register, households: Sequence[Household]
) -> tuple[list[dict[str, str]], list[Finding]]:
    """Return a row for each cell of the dimensions: how many households, and what they got together.

    The order is that of the dimensions, not that of the list: an order can tell who is who.
    """
    problems = [finding for each in households for finding in register.unfinished(each)]
    groups: dict[tuple[str, ...], list[Household]] = {}
    for each in households:
        group = tuple(register.value(name, each) or "" for name in register.order)
        groups.setdefault(group, []).append(each)
    made = []
    for group in sorted(groups, key=lambda told: _rank(told, register)):
        count = sum(map(register.weight, groups[group]))
        rows = [row for each in groups[group] for row in each.rows]
        sums = {name: register.columns[name].together(rows) for name in register.sums}
        made.append(dict(zip(register.order, group, strict=True)) | {register.count: str(count)} | sums)
    return made, problems


def _rank(told: Sequence[str], register: Register) -> list[tuple[int, str]]:
    """Order by the options as the kind lists them, and by the word where it lists none."""
    options = [register.contract.schema.by_name[name].options for name in register.order]
    return [
        (listed.index(value) if value in listed else 0, value)
        for listed, value in zip(options, told, strict=True)
    ]
