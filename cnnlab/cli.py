"""The command `cnnlab`: compute results, say what is fresh, render the book, fetch data, look at the machine."""
from __future__ import annotations

import argparse
import sys

from cnnlab.errors import Trouble


def main(argv: list[str] | None = None) -> int:
    """Run the command; the exit status: 0 well, 1 trouble (said in plain words), 2 wrong usage, 130 interrupted."""
    arguments = parser().parse_args(argv)
    try:
        return arguments.action(arguments) or 0
    except Trouble as trouble:
        print(f"cnnlab: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\ncnnlab: interrupted; what was kept is whole. Run 'cnnlab {' '.join(argv or sys.argv[1:])}' again to go on.", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="cnnlab", description="A report on convolutional networks: its results, its book.")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, action, what: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
        made.set_defaults(action=action)
        return made

    run = command("run", do_run, "compute experiments and keep their results in figures/")
    run.add_argument("names", nargs="*", metavar="NAME", help="experiments; none: all that are missing or stale")
    run.add_argument("--budget", help="smoke, cpu or gpu; default: what the machine has")
    run.add_argument("--force", action="store_true", help="compute even where a fresh result is kept")
    status = command("status", do_status, "list the results: fresh, stale or missing")
    status.add_argument("--strict", action="store_true", help="fail unless every result is fresh")
    command("why", do_why, "say what changed since a result was kept").add_argument("name", metavar="NAME")
    numbers = command("numbers", do_numbers, "write _variables.yml: the numbers of the prose in one language")
    numbers.add_argument("--lang", choices=("es", "en"), default="es")
    render = command("render", do_render, "render the book to _book/ without Quarto")
    render.add_argument("--lang", choices=("es", "en"), help="one language only")
    render.add_argument("--to", metavar="FORMATS", help="html, pdf or html,pdf (default: both)")
    render.add_argument("--preview", action="store_true", help="serve the book and render again at every change")
    render.add_argument("--strict", action="store_true", help="refuse stale results")
    command("fetch", do_fetch, "download data sets or weights of the catalogue").add_argument("names", nargs="+", metavar="NAME")
    command("doctor", do_doctor, "show device, engines, data and weights, with the remedy for each lack")
    return top


def do_run(arguments) -> int:
    from cnnlab import results

    names = arguments.names or [status.name for status in results.status() if status.state != "fresh"]
    for name in names:
        results.find(name)  # a wrong name is said before hours of work
    if len(names) > 1:
        return max(results.compute_apart(name, arguments.budget, arguments.force) for name in names)
    for name in names:
        if results.compute(name, arguments.budget, arguments.force):
            made = results.load(name).provenance
            print(f"{name}: kept in figures/{name} ({made.device.upper()}, budget {made.budget}, {made.seconds:.1f} s, peak {made.peak_memory_mb} MB)")
        else:
            print(f"{name}: fresh, nothing to do (--force computes again)")
    if not names:
        print("all results are fresh")
    return 0


def do_status(arguments) -> int:
    from cnnlab import results

    found = results.status()
    width = max((len(status.name) for status in found), default=0)
    for status in found:
        first, *more = status.reasons or ("",)
        print(f"{status.name:{width}}  {status.state:7}  {first.splitlines()[0] if first else ''}{f' (+{len(more)} more: cnnlab why {status.name})' if more else ''}".rstrip())
    bad = [status for status in found if status.state != "fresh"]
    print(f"{len(found) - len(bad)} of {len(found)} fresh")
    return int(bool(bad) and arguments.strict)


def do_why(arguments) -> int:
    from cnnlab import results

    status = results.why(arguments.name)
    print(f"{status.name}: {status.state}")
    for reason in status.reasons:
        print(f"  {reason}")
    return 0


def do_numbers(arguments) -> int:
    from cnnlab.quarto_hooks import write_variables

    print(write_variables(arguments.lang))
    return 0


def do_render(arguments) -> int:
    from cnnlab.render.build import main as build

    return build(arguments)


def do_fetch(arguments) -> int:
    from cnnlab import catalog

    for name in arguments.names:
        found = catalog.find(name)
        print(f"{name}: {found.variant}, {found.path}")
    return 0


def do_doctor(arguments) -> int:
    from cnnlab import doctor

    print(doctor.report())
    return 0
