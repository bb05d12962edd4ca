"""The command `cnnlab`. Everything is imported when it is needed, so that help and status come at once."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

from cnnlab.errors import CnnlabError, OptionError, ResultError
from cnnlab.paths import LANGUAGES

INTERRUPTED = 130  # what shells expect of a program that ends by Ctrl-C


def main(words: list[str] | None = None) -> int:
    """Run the command; returns the exit status. A CnnlabError is printed without a traceback."""
    arguments = parser().parse_args(words)
    try:
        status = arguments.command(arguments)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader of a pipe, such as head, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except CnnlabError as error:
        print(f"cnnlab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\ncnnlab: stopped. What was kept before is untouched. {arguments.resume}", file=sys.stderr)
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(
        prog="cnnlab", description="Compute, keep and show the results of the report, and build it."
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(function, help_text: str, resume: str = "") -> argparse.ArgumentParser:
        one = commands.add_parser(function.__name__, help=help_text, description=help_text)
        one.set_defaults(command=function, resume=resume)
        return one

    one = command(
        run, "compute experiments and keep their results", "The same command goes on from the last checkpoint."
    )
    one.add_argument("names", nargs="*", metavar="NAME", help="experiments; default: all that are stale or missing")
    one.add_argument("--budget", metavar="smoke|cpu|gpu", help="how much is computed; default: what the device affords")
    one.add_argument("--force", action="store_true", help="compute again what is up to date, from the beginning")
    repeatable(one, "--set", "OPTION=JSON", "an option of a smoke run, as eval_size=64")
    one = command(status, "list the kept results and their states: fresh, verified, stale, unverified, missing")
    one.add_argument("--strict", action="store_true", help="exit with 1 unless all are fresh or verified")
    one = command(why, "say what has changed since a result was kept")
    one.add_argument("name", metavar="NAME")
    one = command(
        verify, "show that changes of code change no result", "Finished smoke runs of earlier commits are kept."
    )
    one.add_argument("names", nargs="*", metavar="NAME", help="experiments; default: all that are unverified")
    one.add_argument("--against", metavar="COMMIT", help="default: the one that was verified last, or made the result")
    repeatable(one, "--renamed", "OLD=NEW", "an option, field or experiment since renamed")
    one = command(numbers, "write _variables.yml, the numbers of the prose")
    one.add_argument("--lang", choices=LANGUAGES, help="default: that of the active profile")
    one = command(render, "build the report in _book/", "The last good _book is untouched.")
    one.add_argument("--lang", choices=LANGUAGES, help="one language; default: both")
    one.add_argument("--to", metavar="html,pdf", default="html,pdf", help="formats; default: both")
    one.add_argument("--preview", action="store_true", help="serve the pages, render again at every change")
    one.add_argument("--strict", action="store_true", help="refuse results that are neither fresh nor verified")
    one = command(fetch, "bring data sets and weights to this machine", "The same command begins the download again.")
    one.add_argument("names", nargs="+", metavar="NAME")
    command(doctor, "show device, engines, data and weights, and what to do about what is missing")
    return top


def repeatable(command: argparse.ArgumentParser, flag: str, value: str, help_text: str) -> None:
    """Add an option NAME=VALUE that may be given several times."""
    command.add_argument(flag, action="append", default=[], metavar=value, help=help_text)


# ---- commands


def run(arguments) -> int:
    """cnnlab run."""
    from cnnlab import results

    statuses = results.status(arguments.names or None)  # a wrong name is reported before hours of work on another
    wanted = [each for each in statuses if arguments.names or each.state in ("stale", "missing")]
    if not wanted:
        unverified = sum(each.state == "unverified" for each in statuses)
        print(f"{unverified} unverified: cnnlab verify" if unverified else "all results are up to date")
        return 0
    return run_one(wanted[0], arguments) if len(wanted) == 1 else run_each([each.name for each in wanted], arguments)


def run_one(before, arguments) -> int:
    """Compute one result in this process."""
    from cnnlab import results
    from cnnlab.results.printing import folder_bytes

    name = before.name
    result = results.compute(name, arguments.budget, arguments.force, pairs(arguments.set, "--set", json.loads))
    made = result.provenance
    spent = f"{made.seconds:.1f} s on {made.device_name}"
    if before.result is not None and made == before.result.provenance:
        print(f"{name} is {before.state} ({made.budget}): nothing to do; --force computes it again")
    elif made.budget == "smoke":
        print(f"{name} works ({spent}); figures/{name} is as it was")
    else:
        print(f"{name}: kept in figures/{name} ({made.budget}, {spent}, {folder_bytes(result) / 1e3:,.0f} kB)")
    return 0


def run_each(names: list[str], arguments) -> int:
    """Every experiment in a process of its own: TensorFlow and torch crash in one process."""
    options = [*(["--budget", arguments.budget] if arguments.budget else []), *(["--force"] if arguments.force else [])]
    options += [f"--set={each}" for each in arguments.set]
    failed = []
    for name in names:
        if subprocess.run([sys.executable, "-m", "cnnlab", "run", name, *options], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"cnnlab: {len(failed)} of {len(names)} failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def status(arguments) -> int:
    """cnnlab status."""
    from cnnlab import results
    from cnnlab.results.printing import print_statuses

    statuses = results.status()
    print_statuses(statuses)
    return 1 if arguments.strict and any(each.state not in results.UP_TO_DATE for each in statuses) else 0


def why(arguments) -> int:
    """cnnlab why."""
    from cnnlab import results
    from cnnlab.results.printing import print_reasons

    print_reasons(results.status([arguments.name])[0])
    return 0


def verify(arguments) -> int:
    """cnnlab verify."""
    from cnnlab import results
    from cnnlab.results.verification import Verifier

    renamed = pairs(arguments.renamed, "--renamed", str)
    names = arguments.names or [each.name for each in results.status() if each.state == "unverified"]
    if not names:
        print("no result is unverified")
        return 0
    verifier, failed = Verifier(against=arguments.against, renamed=renamed), []
    for name in names:
        try:
            if not verifier.verify(name):
                failed.append(name)
        except CnnlabError as error:
            print(f"cnnlab: {error}", file=sys.stderr)
            failed.append(name)
    print(f"{len(names) - len(failed)} of {len(names)} verified")
    return 1 if failed else 0


def pairs(words: list[str], flag: str, read) -> dict:
    """{name: read(value)} of words NAME=VALUE."""
    found = {}
    for word in words:
        name, sign, value = word.partition("=")
        try:
            if not (name and sign and value):
                raise ValueError("no NAME=VALUE")
            found[name] = read(value)
        except ValueError as error:
            raise OptionError(f"{flag} {word}: {error}", allowed="NAME=VALUE, a text value in quotes") from None
    return found


def numbers(arguments) -> int:
    """cnnlab numbers."""
    from cnnlab import paths
    from cnnlab.results import variables

    lang = arguments.lang or paths.profile()
    print(f"_variables.yml ({lang}): {'written' if variables.write(lang) else 'nothing changed'}")
    return 0


def render(arguments) -> int:
    """cnnlab render."""
    from cnnlab.render import build

    if arguments.strict:
        refuse_out_of_date()
    return build.main(arguments)


def refuse_out_of_date() -> None:
    """Raise ResultError where a kept result is neither fresh nor verified."""
    from cnnlab import results

    late = [f"{each.name} ({each.state})" for each in results.status() if each.state not in results.UP_TO_DATE]
    if late:
        raise ResultError(f"results are out of date: {', '.join(late)}", remedy="cnnlab status says what to do")


def fetch(arguments) -> int:
    """cnnlab fetch."""
    from cnnlab import catalog

    for name in arguments.names:
        before = catalog.state(name)
        official = before.entry.official
        kept = before.place == "cache" and official is not None and before.variant == official.name
        found = catalog.fetch(name) if kept else catalog.find(name)  # the first replaces what is damaged
        print(f"{name}: {found.path} ({found.variant}, {'fetched' if before.place == 'missing' else before.place})")
    return 0


def doctor(_arguments) -> int:
    """cnnlab doctor."""
    from cnnlab.doctor import examine

    return examine()
