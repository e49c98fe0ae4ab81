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
from importlib.metadata import entry_points
from pathlib import Path

from mingbai import checks, doctor, figures, notices, reminders, scan, starter
from mingbai.anonymity import command as anonymising
from mingbai.builder import command as building
from mingbai.downloads import command as taking_away
from mingbai.downloads import duties as duty_tables
from mingbai.edition import publish_all
from mingbai.errors import MingbaiError, UsageError
from mingbai.importing import command as importing
from mingbai.messages import LANGUAGES, say
from mingbai.portal import Portal
from mingbai.receiving import command as receiving
from mingbai.sealed import command as sealing
from mingbai.withdrawal import command as withdrawing


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    _speak_anywhere()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
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


def _run(arguments: Sequence[str]) -> int:
    guest = _guest(arguments)
    if guest is not None:
        return guest(arguments[1:])
    options = _parser().parse_args(arguments)
    return int(options.run(options))


def _speak_anywhere() -> None:
    """Let a terminal that cannot show a character (GBK, ASCII) show its code: no sentence ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _guest(arguments: Sequence[str]) -> Callable[[Sequence[str]], int] | None:
    """Return the command that another installed package adds under this name (`mingbai.commands`)."""
    for entry in entry_points(group="mingbai.commands"):
        if arguments and arguments[0] == entry.name:
            command: Callable[[Sequence[str]], int] = entry.load()
            return command
    return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mingbai", description=say("cli.about", "zh"))
    parser.add_argument("--portal", type=Path, help=say("cli.portal", "zh"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    check = commands.add_parser("check", help=say("cli.check", "zh"))
    check.add_argument("paths", nargs="*", type=Path)
    check.add_argument("--no-cache", dest="remember", action="store_false")
    _common(check, _check)

    look = commands.add_parser("scan", help=say("cli.scan", "zh"))
    look.add_argument("paths", nargs="*", type=Path)
    look.add_argument("--git", metavar="RANGE", help=say("cli.scan.git", "zh"))
    look.add_argument("--site", type=Path, metavar="DIR", help=say("cli.scan.site", "zh"))
    _common(look, _scan)

    build = commands.add_parser("build", help=say("cli.build", "zh"))
    build.add_argument("--out", type=Path)
    build.add_argument("--as-of", type=_day)
    build.set_defaults(run=_build)

    owed = commands.add_parser("duties", help=say("cli.duties", "zh"))
    owed.add_argument("--unit", help=say("cli.unit", "zh"))
    _common(owed, _duties, formats=("text", "json", "csv"))
    remind = commands.add_parser("remind", help=say("cli.remind", "zh"))
    remind.add_argument("--unit", help=say("cli.unit", "zh"))
    _common(remind, _remind, formats=("text",))
    _common(commands.add_parser("doctor", help=say("cli.doctor", "zh")), _doctor)

    _common(commands.add_parser("figures", help=say("cli.figures", "zh")), _figures)

    merge = commands.add_parser("anonymise", help=say("cli.anonymise", "zh"))
    anonymising.add_options(merge)
    merge.set_defaults(run=lambda options: anonymising.run(_open(options), options))
    lock = commands.add_parser("seal", help=say("cli.seal", "zh"))
    sealing.add_options(lock, _day)
    lock.set_defaults(run=lambda options: sealing.run(_open(options), options))
    unlock = commands.add_parser("open", help=say("cli.open", "zh"))
    unlock.add_argument("code", help=say("cli.open.code", "zh"))
    unlock.set_defaults(run=lambda options: sealing.run_open(_open(options), options.code))
    blank = commands.add_parser("template", help=say("cli.template", "zh"))
    taking_away.add_template(blank)
    blank.set_defaults(run=lambda options: taking_away.write_template(_open(options), options))
    wall = commands.add_parser("notices", help=say("cli.notices", "zh"))
    notices.add_options(wall)
    wall.set_defaults(run=lambda options: notices.run(_open(options), options))
    bring = commands.add_parser("import", help=say("cli.import", "zh"))
    importing.add_options(bring)
    _common(bring, _import, formats=("text",))

    receiving.add_serve_git(commands.add_parser("serve-git", help=say("cli.serve_git", "zh")))
    receiving.add_portal(commands.add_parser("portal", help=say("cli.portal.command", "zh")))
    receiving.add_clone(commands.add_parser("clone", help=say("cli.clone", "zh")))
    building.add_options(commands.add_parser("builder", help=say("cli.builder", "zh")))
    building.add_gatekeeper(commands.add_parser("gatekeeper", help=say("cli.gatekeeper", "zh")))
    withdrawing.add_releases(commands.add_parser("releases", help=say("cli.releases", "zh")))
    withdrawing.add_withdraw(commands.add_parser("withdraw", help=say("cli.withdraw", "zh")))

    init = commands.add_parser("init", help=say("cli.init", "zh"))
    init.add_argument("folder", type=Path)
    init.set_defaults(run=_init)
    for entry in entry_points(group="mingbai.commands"):
        commands.add_parser(entry.name, help=say(f"cli.guest.{entry.name}", "zh"))
    return parser


def _common(
    command: argparse.ArgumentParser,
    run: Callable[[argparse.Namespace], int],
    formats: Sequence[str] = ("text", "json"),
) -> None:
    command.add_argument("--format", choices=formats, default="text")
    command.add_argument("--lang", choices=LANGUAGES, default="zh")
    command.add_argument("--as-of", type=_day)
    command.set_defaults(run=run)


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(say("cli.bad_day", "zh", value=value)) from None


def _open(options: argparse.Namespace) -> Portal:
    return Portal.open(options.portal or Portal.find(Path.cwd()))


def _check(options: argparse.Namespace) -> int:
    portal = _open(options)
    memory = checks.memory_of(portal) if options.remember else None
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
    if options.git:
        found = scan.scan_range(portal, portal.root if options.portal and portal else Path.cwd(), options.git)
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
    print(say("cli.building", "zh"), file=sys.stderr, flush=True)
    out = plugin.build(portal.root, options.out, options.as_of or portal.today)
    print(say("cli.built", "zh", out=out))
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
        raise UsageError(say("cli.no_unit", "zh", unit=slug))
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
    print(say("cli.init_done", "zh", folder=options.folder))
    return 0
