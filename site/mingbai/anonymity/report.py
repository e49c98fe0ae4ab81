"""Says what was merged and what the result withstood: the text of the record that 个人信息保护法 Art. 55–56 asks for.

It names counts and filings, never a row that was merged away.
"""

from mingbai.anonymity.comparing import Gap
from mingbai.anonymity.merged import Anonymised
from mingbai.filings import FilingId
from mingbai.messages import say
from mingbai.privacy.merging import K_SENSITIVE, K, L


def report(done: Anonymised, lang: str) -> str:
    """Return the privacy report of a filing, Markdown."""
    id, least = done.raw.id, min(cell.count for cell in done.after)
    schema = done.raw.contract.schema
    sensitive = [
        schema.by_name[name].title.in_(lang)
        for name in done.after[0].values
        if schema.by_name[name].cls == "sensitive"
    ]
    named = {"unit": done.unit.in_(lang), "kind": done.raw.kind.title.in_(lang), "period": id.period.label}
    lines = [
        f"# {say('anonymity.title', lang, **named)}",
        "",
        say("anonymity.sums", lang, before=len(done.before), after=len(done.after), **_totals(done)),
        say("anonymity.k", lang, least=least, k=K),
    ]
    if sensitive:
        facts = {"fields": "、".join(sensitive), "k": K_SENSITIVE, "l": L}
        lines.append(say("anonymity.l", lang, **facts))
    if done.crowds:
        lines.append(say("anonymity.crowds", lang, places="、".join(_crowded(done))))
    lines += [
        "",
        *_held_against(done, lang),
        *_exposed(done, lang),
        "",
        *_left(done, lang),
        "",
        say("anonymity.scope", lang),
    ]
    return "\n".join(lines)


def _totals(done: Anonymised) -> dict[str, object]:
    count = sum(cell.count for cell in done.after)
    money = {name: sum(cell.sums[name] for cell in done.after) for name in done.after[0].sums}
    return {"count": count, "sums": "、".join(f"{value:,.2f}" for value in money.values())}


def _crowded(done: Anonymised) -> list[str]:
    """Return the places of which nearly everybody would have been told; of all places together, the unit."""
    return sorted({"、".join(sorted(places)) or done.unit.zh for _, places in done.crowds})


def _held_against(done: Anonymised, lang: str) -> list[str]:
    if not done.releases:
        return [say("anonymity.alone", lang)]
    said = [say("anonymity.beside", lang, count=len(done.releases))]
    return [*said, *(f"- {_name(each.id, each.version, lang)}" for each in done.releases)]


def _exposed(done: Anonymised, lang: str) -> list[str]:
    """Return what git shows of this filing that no merging takes back."""
    bare = [each for each in done.releases if each.exposed]
    if not bare:
        return []
    told = [
        f"- {say('anonymity.exposed.one', lang, release=_name(each.id, each.version, lang), cells=each.exposed)}"
        for each in bare
    ]
    return ["", say("anonymity.exposed", lang, count=len(bare)), *told, say("anonymity.exposed.do", lang)]


def _left(done: Anonymised, lang: str) -> list[str]:
    if not done.releases:
        return []
    if not done.gaps:
        return [say("anonymity.no_gap", lang)]
    return [
        say("anonymity.gaps", lang, count=len(done.gaps)),
        *(f"- {_gap(each, lang)}" for each in done.gaps),
    ]


def _gap(gap: Gap, lang: str) -> str:
    key = "anonymity.gap.sums" if gap.sums_differ else "anonymity.gap"
    return say(key, lang, release=_name(gap.id, gap.version, lang), households=gap.households)


def _name(id: FilingId, version: str, lang: str) -> str:
    return say("anonymity.version", lang, path=id.path, version=version) if version else id.path
