"""Holds every kind against the form of a kind (design §5): words, classes, example, counterexamples, sentence, floor.

A kind that is added needs no line here. That every kind has its pages, and no page a cell below k, is tested in
`engine/test_pages.py`.
"""

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import frictionless
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mingbai.checks import check
from mingbai.checks.judging import judge
from mingbai.checks.sorts import load
from mingbai.filings import FilingId, RawTable, assemble, read_rows
from mingbai.kinds import Contract, Kind, Schema
from mingbai.messages import LANGUAGES
from mingbai.periods import Period
from mingbai.privacy import publish
from mingbai.privacy.merging import K_SENSITIVE, K
from mingbai.sentences import sentence
from tests.examples import HOMES, KINDS, home, place, place_companions, place_example, use_with_companions
from tests.village import AS_OF, Village, build_village


def contracts() -> Iterator[Contract]:
    for kind in KINDS.values():
        yield from (kind.contract, *kind.versions)


def schemas() -> Iterator[Schema]:
    for contract in contracts():
        yield contract.schema
        if contract.header is not None:
            yield contract.header


SCHEMAS = list(schemas())


@dataclass(frozen=True)
class Counterexample:
    """One rule of one kind and the files that must break it."""

    kind: Kind
    rule: str

    def __str__(self) -> str:
        return f"{self.kind.id}-{self.rule}"

    def file(self, name: str, example: str) -> bytes | None:
        """Return the rule's own file, else the example's, else None."""
        for path in (*self._own(name), self.kind.folder / example):
            if path.is_file():
                return path.read_bytes()
        return None

    def _own(self, name: str) -> list[Path]:
        """Return where the rule's own file may stand: `<rule>.csv`, or `<rule>.community.csv` for such a unit."""
        rule, end = name[: len(self.rule)], name[len(self.rule) :]
        return [
            self.kind.folder / "counterexamples" / f"{rule}{sort}{end}"
            for sort in ("", *(f".{sort}" for sort in HOMES))
        ]

    @property
    def unit(self) -> str:
        """Return the unit that breaks the rule: the one its files name, else the kind's usual one."""
        for sort, unit in HOMES.items():
            if list((self.kind.folder / "counterexamples").glob(f"{self.rule}.{sort}.*")):
                return unit
        return home(self.kind)


COUNTEREXAMPLES = [Counterexample(kind, entry["name"]) for kind in KINDS.values() for entry in kind.rules]


@pytest.fixture
def village(tmp_path: Path) -> Village:
    """A portal that has published nothing yet."""
    built = build_village(tmp_path)
    shutil.rmtree(built.root / "datasets" / "filings")
    return built


def test_there_is_at_least_one_kind() -> None:
    assert KINDS


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_every_field_has_words_in_both_languages(kind: Kind) -> None:
    header = kind.header_schema.fields if kind.header_schema else ()
    for field in (*kind.schema.fields, *header):
        for text in filter(None, (field.title, field.description, field.unit)):
            assert all(text.in_(lang).strip() for lang in LANGUAGES), field.name
        assert not re.search("[\u4e00-\u9fff]", field.title.en), field.name
        assert field.unit is None or '"' not in field.unit.zh + field.unit.en, field.name


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_no_two_columns_share_a_title(kind: Kind) -> None:
    titles = [field.title for field in kind.schema.fields]

    assert len({title.zh for title in titles}) == len({title.en for title in titles}) == len(titles)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_the_key_is_made_of_required_fields(kind: Kind) -> None:
    assert all(kind.schema.by_name[name].required for name in kind.schema.primary_key)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_schema_is_a_table_schema(schema: Schema) -> None:
    read = frictionless.Schema.from_descriptor(dict(schema.descriptor))

    assert [field.name for field in read.fields] == list(schema.by_name)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_no_pattern_of_a_schema_can_be_made_to_run_for_long(schema: Schema) -> None:
    nasty = ["a" * 4000 + "!", "0" * 4000 + "!", "/u/" + "a" * 4000 + "!", "-".join("0" * 2000), "，" * 4000]
    for field in schema.fields:
        pattern = field.descriptor.get("constraints", {}).get("pattern", "")
        started = time.process_time()
        for text in nasty:
            re.fullmatch(pattern, text)
        assert time.process_time() - started < 0.5, field.name


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_what_a_kind_names_is_there(kind: Kind) -> None:
    columns, header = set(kind.schema.by_name), set(kind.header_schema.by_name if kind.header_schema else ())
    computed = {each.field.name for each in kind.computed}
    show = kind.show

    assert set(kind.totals) <= columns | computed
    assert {show["what"], *show.get("amounts", ())} <= columns | computed
    assert set(show.get("quiet", ())) <= set(show.get("amounts", ()))
    assert {show[part] for part in ("date", "group", "balance") if part in show} <= columns | computed
    assert {day for clock in kind.clocks for day in (clock.due, clock.done)} <= columns | computed
    for chart in kind.charts:
        assert {chart[part] for part in ("group", "measure") if part in chart} <= columns | computed
    if kind.largest is not None:
        assert kind.largest in columns | computed
    if kind.equation is not None:
        terms = {*kind.equation["plus"], *kind.equation["minus"]}
        assert {kind.equation["start"], kind.equation["end"]} <= header
        assert terms <= columns | header
    if kind.privacy is not None:
        named = {kind.privacy["count"], *kind.privacy["sums"], *kind.privacy["merge"]}
        assert named <= columns


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_a_kind_that_counts_people_below_public_class_says_how_it_merges(kind: Kind) -> None:
    if kind.cls in ("quasi", "sensitive"):
        assert kind.privacy is not None


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_the_example_passes_without_any_finding(village: Village, kind: Kind) -> None:
    use_with_companions(village, kind)
    id = place_example(village, kind)
    companions = place_companions(village, kind)

    checked = check(village.portal, (), AS_OF)

    mine = [str(finding) for finding in checked.findings if finding.file.startswith(f"{id.path}.")]
    assert mine == []
    assert checked.filings == 1 + len(companions)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_a_filing_that_was_right_is_not_refused_because_time_passes(village: Village, kind: Kind) -> None:
    use_with_companions(village, kind)
    place_example(village, kind)
    place_companions(village, kind)

    for years in (1, 10, 40):
        found = check(village.portal, (), AS_OF.replace(year=AS_OF.year + years)).findings
        assert [str(finding) for finding in found if finding.severity == "error"] == []


@pytest.mark.parametrize("counterexample", COUNTEREXAMPLES, ids=str)
def test_a_counterexample_fails_with_its_rule_and_no_other(
    village: Village, counterexample: Counterexample
) -> None:
    kind, rule = counterexample.kind, counterexample.rule
    use_with_companions(village, kind)
    period = Period.parse(kind.example_period)
    rows, facts = (counterexample.file(f"{rule}.{end}", f"example.{end}") for end in ("csv", "yaml"))
    own = [path for path in (kind.folder / "counterexamples").glob(f"{rule}.*")]
    assert own, f"{kind.id}: no counterexample for {rule}"
    if any(path.name.startswith(f"{rule}.previous.") for path in own):
        before = (counterexample.file(f"{rule}.previous.{end}", f"example.{end}") for end in ("csv", "yaml"))
        place(village, kind, period.previous(), *before, unit=counterexample.unit)
    id = place(village, kind, period, rows, facts, unit=counterexample.unit)
    companions = place_companions(village, kind)

    found = check(village.portal, (), AS_OF).findings

    assert {finding.rule for finding in found if finding.file.startswith(f"{id.path}.")} == {rule}
    if not companions and not any(path.name.startswith(f"{rule}.previous.") for path in own):
        assert {finding.rule for finding in found} == {rule}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_counterexamples_are_named_after_rules(kind: Kind) -> None:
    rules = {entry["name"] for entry in kind.rules}
    names = {path.name.split(".")[0] for path in (kind.folder / "counterexamples").glob("*")}

    assert names <= rules


@pytest.mark.parametrize("counterexample", COUNTEREXAMPLES, ids=str)
def test_a_rule_tells_its_reason_and_its_words_need_no_expert(counterexample: Counterexample) -> None:
    entry = next(each for each in counterexample.kind.rules if each["name"] == counterexample.rule)

    for part in ("says", "remedy", "why"):
        for lang in LANGUAGES:
            text = entry[part][lang]
            assert text.strip()
            assert not re.search("系统|操作|非法|请联系管理员|[！!]", text), f"{part}.{lang}: {text}"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_plain_sentence_can_be_said_of_the_example(village: Village, kind: Kind, lang: str) -> None:
    use_with_companions(village, kind)
    id = place_example(village, kind)
    portal = village.portal

    said = sentence(publish(portal.read(id), AS_OF), portal.units.get(id.unit), lang)

    assert said
    assert not re.search("[{}]|None|Undefined|Decimal", said)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_plain_sentence_can_be_said_when_nothing_but_the_required_is_known(
    village: Village, kind: Kind, lang: str
) -> None:
    use_with_companions(village, kind)
    raw = village.portal.read(place_example(village, kind))
    needed = {field.name for field in raw.contract.schema.fields if field.required}
    equation = kind.equation or {}
    sides = {*equation.get("plus", ()), *equation.get("minus", ())}
    table = publish(with_only(raw, needed | sides), AS_OF)
    portal = village.portal

    said = sentence(table, portal.units.get(raw.id.unit), lang)

    assert said
    assert not re.search("[{}]|None|Undefined|Decimal", said)
    assert {name for name in kind.totals if name in raw.contract.schema.by_name} - needed - sides == {
        name for name in kind.totals if name in raw.contract.schema.by_name and name not in table.totals
    }


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_nothing_of_class_never_is_published(village: Village, kind: Kind) -> None:
    use_with_companions(village, kind)
    table = publish(village.portal.read(place_example(village, kind)), AS_OF)
    never = {field.name for field in kind.schema.fields if field.cls == "never"}

    assert all(not never & set(row.cells) for row in table.rows)
    assert never.isdisjoint(field.name for field in table.fields)


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.privacy], ids=lambda kind: kind.id)
@pytest.mark.parametrize("count", [1, 2, 4, 5, 9, 10])
def test_no_published_cell_counts_fewer_than_k(village: Village, kind: Kind, count: int) -> None:
    privacy = kind.privacy or {}
    least = (
        K_SENSITIVE if any(kind.schema.by_name[name].cls == "sensitive" for name in privacy["merge"]) else K
    )
    use_with_companions(village, kind)
    raw = village.portal.read(place_example(village, kind))
    few = with_counts(raw, privacy["count"], count)

    table = publish(few, AS_OF)

    counts = [row.cells[privacy["count"]] for row in table.rows]
    assert all(isinstance(each, int) and each >= K for each in counts)
    assert sum(each for each in counts if isinstance(each, int)) in (0, count * len(few.rows))
    told = [row for row in table.rows if any(row.cells[name] for name in privacy["merge"]) and not row.merged]
    assert all(int(str(row.cells[privacy["count"]])) >= least for row in told)


def with_only(raw: RawTable, names: set[str]) -> RawTable:
    """Return the same filing with every other cell blank."""
    rows = tuple(
        type(row)(
            row.number, row.key, {name: value if name in names else None for name, value in row.cells.items()}
        )
        for row in raw.rows
    )
    return replace(raw, rows=rows)


def with_counts(raw: RawTable, name: str, count: int) -> RawTable:
    """Return the same filing in which every row counts `count`."""
    rows = tuple(type(row)(row.number, row.key, {**row.cells, name: count}) for row in raw.rows)
    return replace(raw, rows=rows)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_examples_are_stored_as_files_are(kind: Kind) -> None:
    for path in (*kind.folder.glob("example.*"), *(kind.folder / "counterexamples").glob("*")):
        data = path.read_bytes()
        assert b"\r" not in data, path
        assert not data.startswith(b"\xef\xbb\xbf"), path
        assert data.endswith(b"\n"), path
        if path.suffix == ".csv":
            assert read_rows(data, kind.contract, path.name)[0], path
        else:
            assert isinstance(yaml.safe_load(data), dict), path


@settings(max_examples=60, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_no_damage_to_an_example_ends_in_a_traceback(kind: Kind, data: st.DataObject) -> None:
    facts = kind.folder / "example.yaml"
    files = [(kind.folder / "example.csv").read_bytes(), facts.read_bytes() if facts.is_file() else None]
    for index, content in enumerate(files):
        if content is not None:
            place, cut = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(0, 40))
            new = data.draw(
                st.sampled_from([b"", b",", b'"', b"0", b"-", b"\n", b"[", b"{", b"]", b": ", "万".encode()])
            )
            files[index] = content[:place] + new + content[place + cut :]
    raw = assemble(FilingId("east", kind.id, Period.parse(kind.example_period)), kind, *files)

    found = judge(raw, raw, load(kind.contract), AS_OF, has_rows=True, has_facts=files[1] is not None)

    assert all(finding.message(lang) and finding.remedy(lang) for finding in found for lang in LANGUAGES)
