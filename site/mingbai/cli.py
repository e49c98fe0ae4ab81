"""Is the command `mingbai`: reads arguments, calls one room, prints what it returns; it decides nothing itself.

Exit status: 0 done, 1 something was found wrong or refused, 2 the command was called wrongly.
"""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from importlib.metadata import EntryPoints, entry_points
from pathlib import Path

from mingbai import cards, checks, completion, doctor, figures, notices, progress, reminders, scan, starter
from mingbai.anonymity import command as anonymising
from mingbai.builder import command as building
from mingbai.calling import Guest, Parser, add_format, add_lang, day
from mingbai.downloads import command as taking_away
from mingbai.downloads import duties as duty_tables
from mingbai.edition import publish_all
from mingbai.errors import MingbaiError, UsageError
from mingbai.importing import command as importing
from mingbai.messages import hint, language, say, speaking
from mingbai.portal import Portal
from mingbai.receiving import command as receiving
from mingbai.sealed import command as sealing
from mingbai.withdrawal import command as withdrawing


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    _speak_anywhere()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        with speaking(language()):
            status = _run(arguments)
        sys.stdout.flush()
        return status
    except UsageError as wrong:
        print(wrong.message, file=sys.stderr)
        return 2
    except MingbaiError as wrong:
        print(wrong.message, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever reads has seen enough (`| head`); Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(arguments: list[str]) -> int:
    at = _where(arguments)
    for entry in _guests():
        if arguments[at : at + 1] == [entry.name]:
            guest: Guest = entry.load()
            return guest([*arguments[:at], *arguments[at + 1 :]])
    options = parser().parse_args(arguments)
    with speaking(getattr(options, "lang", None) or language()):
        return int(options.run(options))


def _where(arguments: list[str]) -> int:
    """Return where the command stands: first, or after the portal, which guests read for themselves."""
    if arguments[:1] == ["--portal"]:
        return 2
    return 1 if arguments and arguments[0].startswith("--portal=") else 0


def _speak_anywhere() -> None:
    """Let a terminal that cannot show a character (GBK, ASCII) show its code: no sentence ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _guests() -> EntryPoints:
    """Return the commands that other installed packages add under this name (`mingbai.commands`)."""
    return entry_points(group="mingbai.commands")


def parser() -> Parser:
    """Return how the command is called; of the guests only their names, for they are another package's to load."""
    parser = Parser(prog="mingbai", key="cli.about", allow_abbrev=False)
    parser.add_argument("--portal", type=Path, help=hint("cli.portal"))
    for add in (_add_looking, _add_making, _add_duties, _add_people, _add_serving, _add_completion):
        add(parser)
    for entry in _guests():
        parser.add_command(entry.name, f"cli.guest.{entry.name}")
    return parser


def commands(top: Parser) -> dict[str, Parser]:
    """Return every command by its name; a guest's parser is its own, so its package is loaded."""
    guests: dict[str, Guest] = {entry.name: entry.load() for entry in _guests()}
    return {**top.below, **{name: guest.parser() for name, guest in guests.items()}}


def _add_looking(parser: Parser) -> None:
    check = parser.add_command("check", "cli.check")
    check.add_argument("paths", nargs="*", type=Path, help=hint("cli.check.paths"))
    check.add_argument("--no-cache", dest="remember", action="store_false", help=hint("cli.check.no_cache"))
    _common(check, _check)
    look = parser.add_command("scan", "cli.scan")
    look.add_argument("paths", nargs="*", type=Path, help=hint("cli.scan.paths"))
    look.add_argument("--git", help=hint("cli.scan.git"))
    look.add_argument("--site", type=Path, help=hint("cli.scan.site"))
    _common(look, _scan)
    _common(parser.add_command("doctor", "cli.doctor"), _doctor)
    _common(parser.add_command("figures", "cli.figures"), _figures)


def _at_portal(command: Parser, run: Callable[[Portal, argparse.Namespace], int]) -> None:
    """Let a command run on the portal that is named, or lies around here."""
    command.set_defaults(run=lambda options: run(_open(options), options))


def _add_making(parser: Parser) -> None:
    init = parser.add_command("init", "cli.init")
    init.add_argument("folder", type=Path, help=hint("cli.init.folder"))
    init.set_defaults(run=_init)
    blank = parser.add_command("template", "cli.template")
    taking_away.add_template(blank)
    _at_portal(blank, taking_away.write_template)
    bring = parser.add_command("import", "cli.import")
    importing.add_options(bring)
    _common(bring, _import, formats=("text",))
    build = parser.add_command("build", "cli.build")
    build.add_argument("--out", type=Path, help=hint("cli.build.out"))
    build.add_argument("--as-of", type=day, help=hint("cli.as_of"))
    build.set_defaults(run=_build)
    wall = parser.add_command("notices", "cli.notices")
    notices.add_options(wall)
    _at_portal(wall, notices.run)
    chat = parser.add_command("share", "cli.share")
    cards.add_options(chat)
    _at_portal(chat, cards.run)


def _add_duties(parser: Parser) -> None:
    owed = parser.add_command("duties", "cli.duties")
    owed.add_argument("--unit", help=hint("cli.unit"))
    _common(owed, _duties, formats=("text", "json", "csv"))
    remind = parser.add_command("remind", "cli.remind")
    remind.add_argument("--unit", help=hint("cli.unit"))
    _common(remind, _remind, formats=("text",), lang="zh")  # for the group of the village, whoever writes it


def _add_people(parser: Parser) -> None:
    merge = parser.add_command("anonymise", "cli.anonymise")
    anonymising.add_options(merge)
    _at_portal(merge, anonymising.run)
    lock = parser.add_command("seal", "cli.seal")
    sealing.add_options(lock)
    _at_portal(lock, sealing.run)
    unlock = parser.add_command("open", "cli.open")
    unlock.add_argument("code", help=hint("cli.open.code"))
    unlock.set_defaults(run=lambda options: sealing.run_open(_open(options), options.code))


def _add_serving(parser: Parser) -> None:
    receiving.add_serve_git(parser.add_command("serve-git", "cli.serve_git"))
    receiving.add_portal(parser.add_command("portal", "cli.portal.command"))
    receiving.add_clone(parser.add_command("clone", "cli.clone"))
    building.add_options(parser.add_command("builder", "cli.builder"))
    building.add_gatekeeper(parser.add_command("gatekeeper", "cli.gatekeeper"))
    withdrawing.add_releases(parser.add_command("releases", "cli.releases"))
    withdrawing.add_withdraw(parser.add_command("withdraw", "cli.withdraw"))


def _add_completion(parser: Parser) -> None:
    complete = parser.add_command("completion", "cli.completion")
    complete.add_argument("shell", choices=completion.SHELLS, help=hint("cli.completion.shell"))
    complete.set_defaults(run=_completion)


def _common(
    command: Parser,
    run: Callable[[argparse.Namespace], int],
    formats: Sequence[str] = ("text", "json"),
    lang: str | None = None,
) -> None:
    add_format(command, formats)
    add_lang(command, lang or language())
    command.add_argument("--as-of", type=day, help=hint("cli.as_of"))
    command.set_defaults(run=run)


def _open(options: argparse.Namespace) -> Portal:
    return Portal.open(options.portal or Portal.find(Path.cwd()))


def _check(options: argparse.Namespace) -> int:
    portal = _open(options)
    memory = checks.memory_of(portal) if options.remember else None
    with progress.shown("progress.filings"):
        found = checks.check(portal, options.paths, options.as_of or portal.today, memory)
    print(
        checks.as_json(found, options.lang)
        if options.format == "json"
        else checks.report(found, options.lang)
    )
    return 1 if found.errors else 0


def _scan(options: argparse.Namespace) -> int:
    if sum(map(bool, (options.git, options.site, options.paths))) > 1:
        raise UsageError(say("scan.one_way", options.lang))
    portal = scan.portal_of(options.portal)
    with progress.shown("progress.scan"):
        if options.git:
            root = portal.root if options.portal and portal else Path.cwd()
            found = scan.scan_range(portal, root, options.git)
        elif options.site:
            found = scan.scan_site(portal, options.site)
        else:
            found = scan.scan_paths(portal, options.paths or scan.usual_paths(portal))
    told = (
        scan.as_json(found)
        if options.format == "json"
        else scan.report(found, options.lang, in_history=bool(options.git))
    )
    print(told)
    return 1 if found else 0


def _build(options: argparse.Namespace) -> int:
    # Only `plugin` imports MkDocs; a portal can be checked where MkDocs is not installed.
    from mingbai import plugin

    portal = _open(options)
    out = plugin.build(portal.root, options.out, options.as_of or portal.today)
    print(say("cli.built", out=out))
    return 0


def _duties(options: argparse.Namespace) -> int:
    portal, as_of = _open(options), options.as_of
    as_of = as_of or portal.today
    below = portal.units.within(_unit(portal, options.unit, as_of), as_of) if options.unit else None
    found = [duty for duty in portal.duties(as_of) if below is None or duty.unit.slug in below]
    if options.format == "text":
        print(duty_tables.as_text(found, options.lang))
    elif options.format == "json":
        print(json.dumps(duty_tables.duty_rows(found), ensure_ascii=False, indent=1))
    else:
        print(duty_tables.as_csv(duty_tables.DUTY, duty_tables.duty_rows(found)), end="")
    return 0


def _remind(options: argparse.Namespace) -> int:
    portal = _open(options)
    as_of = options.as_of or portal.today
    unit = _unit(portal, options.unit, as_of) if options.unit else portal.settings.county
    print(reminders.digest(portal, as_of, unit, options.lang))
    return 0


def _doctor(options: argparse.Namespace) -> int:
    portal = _open(options)
    signs = doctor.examine(portal, options.as_of or portal.today, options.lang)
    if options.format == "json":
        print(json.dumps([vars(sign) for sign in signs], ensure_ascii=False, indent=1))
    else:
        print("\n".join(f"{say(f'doctor.{sign.state}', options.lang)}  {sign.words}" for sign in signs))
    return 1 if any(sign.state == "fail" for sign in signs) else 0


def _unit(portal: Portal, slug: str, as_of: date) -> str:
    """Return the slug of a unit of that day. Raises UsageError when there is none."""
    if not portal.units.exists(slug, as_of):
        raise UsageError(say("cli.no_unit", unit=slug))
    return slug


def _figures(options: argparse.Namespace) -> int:
    portal = _open(options)
    edition = publish_all(portal, options.as_of or portal.today)
    _, tables = edition.of_role("figures")
    outcomes = [outcome for table in tables for outcome in figures.verify_table(table)]
    if options.format == "json":
        print(json.dumps(figures.rows(outcomes, options.lang), ensure_ascii=False, indent=1))
    else:
        print(figures.text(outcomes, options.lang))
    return 0


def _import(options: argparse.Namespace) -> int:
    portal = _open(options)
    return importing.run(portal, options, options.as_of or portal.today)


def _init(options: argparse.Namespace) -> int:
    starter.init(options.folder)
    print(say("cli.init_done", folder=options.folder))
    return 0


def _completion(options: argparse.Namespace) -> int:
    top = parser()
    print(completion.script(options.shell, top, commands(top)), end="")
    return 0
