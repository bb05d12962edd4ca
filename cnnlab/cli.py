"""The command `cnnlab`. Everything is imported when it is needed, so that help and status come at once."""
from __future__ import annotations

import argparse
import subprocess
import sys

from cnnlab.errors import Trouble

MARKS = {"fresh": "✓", "stale": "!", "missing": "·"}
INTERRUPTED = 130  # what shells expect of a program that ends by Ctrl-C


def main(words: list[str] | None = None) -> int:
    """Run the command; returns the exit status. A Trouble is printed without a traceback."""
    arguments = parser().parse_args(words)
    try:
        return arguments.command(arguments)
    except Trouble as trouble:
        print(f"cnnlab: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\ncnnlab: stopped. What was kept before is untouched. {arguments.resume}", file=sys.stderr)
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="cnnlab", description="Compute, keep and show the results of the report, and build it.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(function, help_text: str, resume: str = "") -> argparse.ArgumentParser:
        one = commands.add_parser(function.__name__, help=help_text, description=help_text)
        one.set_defaults(command=function, resume=resume)
        return one

    one = command(run, "compute experiments and keep their results", "The same command goes on from the last checkpoint.")
    one.add_argument("names", nargs="+", metavar="NAME")
    one.add_argument("--budget", metavar="smoke|cpu|gpu", help="how much is computed; default: what the device affords")
    one.add_argument("--force", action="store_true", help="compute again what is fresh, from the beginning")
    one = command(status, "list the kept results: fresh, stale, missing")
    one.add_argument("--strict", action="store_true", help="exit with 1 unless all are fresh")
    one = command(why, "say what has changed since a result was kept")
    one.add_argument("name", metavar="NAME")
    one = command(numbers, "write _variables.yml, the numbers of the prose")
    one.add_argument("--lang", choices=("es", "en"), help="default: that of the active profile")
    one = command(render, "build the report in _book/", "The last good _book is untouched.")
    one.add_argument("--lang", choices=("es", "en"), help="one language; default: both")
    one.add_argument("--to", metavar="html,pdf", default="html,pdf", help="formats; default: both")
    one.add_argument("--preview", action="store_true", help="serve the pages, render again at every change")
    one.add_argument("--strict", action="store_true", help="refuse stale results")
    one = command(fetch, "bring data sets and weights to this machine", "The same command begins the download again.")
    one.add_argument("names", nargs="+", metavar="NAME")
    command(doctor, "show device, engines, data and weights, and what to do about what is missing")
    return top


# ---- commands

def run(arguments) -> int:
    from cnnlab.results import registry

    for name in arguments.names:
        registry.get(name)  # a wrong name says so before hours of work on another
    if len(arguments.names) > 1:
        return each_alone(arguments)
    from cnnlab import results

    name = arguments.names[0]
    before = results.status([name])[0]
    result = results.compute(name, arguments.budget, arguments.force)
    made = result.provenance
    if before.result is not None and result.provenance == before.result.provenance:
        print(f"{name} is fresh ({made.budget}): nothing to do; --force computes it again")
    elif made.budget == "smoke":
        print(f"{name} works ({made.seconds:.1f} s on {made.device_name}); figures/{name} is as it was")
    else:
        print(f"{name}: kept in figures/{name} ({made.budget}, {made.seconds:.1f} s on {made.device_name}, {kilobytes(result)})")
    return 0


def each_alone(arguments) -> int:
    """Every experiment in a process of its own: two frameworks in one process do not get on."""
    options = [*(["--budget", arguments.budget] if arguments.budget else []), *(["--force"] if arguments.force else [])]
    failed = [name for name in arguments.names
              if subprocess.run([sys.executable, "-m", "cnnlab", "run", name, *options], check=False).returncode]
    if failed:
        print(f"cnnlab: {len(failed)} of {len(arguments.names)} failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def status(arguments) -> int:
    from cnnlab import results
    from cnnlab.results.provenance import short

    rows, counts, kept = [["", "experiment", "state", "budget", "made with", ""]], dict.fromkeys(MARKS, 0), 0
    for each in results.status():
        counts[each.state] += 1
        made = each.result.provenance if each.result else None
        kept += folder_bytes(each.result) if each.result else 0
        rows.append([MARKS[each.state], each.name, each.state, made.budget if made else "–",
                     short(made, "en") if made else "–", advice(each)])
    print_table(rows)
    told = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    print(f"\n{len(rows) - 1} experiments: {told}; {kept / 1e6:.1f} MB are kept")
    return 1 if arguments.strict and counts["fresh"] < len(rows) - 1 else 0


def advice(standing) -> str:
    if standing.state == "fresh":
        return ""
    if standing.state == "missing":
        return f"cnnlab run {standing.name}"
    more = len(standing.reasons) - 1
    return standing.reasons[0] + (f" (and {more} more: cnnlab why {standing.name})" if more else "")


def why(arguments) -> int:
    from cnnlab import results

    standing = results.status([arguments.name])[0]
    print(f"{standing.name} is {standing.state}" + (":" if standing.reasons else ""))
    for reason in standing.reasons:
        print(f"  {reason}")
    if standing.result:
        made = standing.result.provenance
        print(f"kept on {made.date} at {made.commit or 'no commit'}, budget {made.budget}, {made.seconds:.1f} s on {made.device_name}")
    if standing.reasons:
        print(f"to do: cnnlab run {standing.name}")
    return 0


def numbers(arguments) -> int:
    from cnnlab import paths
    from cnnlab.results import variables

    lang = arguments.lang or paths.profile()
    print(f"_variables.yml ({lang}): {'written' if variables.write(lang) else 'nothing changed'}")
    return 0


def render(arguments) -> int:
    from cnnlab.render import build

    return build.main(arguments)


def fetch(arguments) -> int:
    from cnnlab import catalog

    for name in arguments.names:
        before = catalog.state(name)
        found = catalog.find(name)
        print(f"{name}: {found.path} ({found.variant}, {'fetched' if before.place == 'missing' else before.place}, checked)")
    return 0


def doctor(_arguments) -> int:
    from cnnlab.doctor import examine

    return examine()


# ---- printing

def print_table(rows: list[list[str]]) -> None:
    """Columns as wide as their widest cell, but for the last; the first row is the header."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[-1]]).rstrip())


def folder_bytes(result) -> int:
    return sum(path.stat().st_size for path in result.folder.iterdir())


def kilobytes(result) -> str:
    return f"{folder_bytes(result) / 1e3:,.0f} kB"
