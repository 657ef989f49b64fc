import click

from hanoi_ticket.commands.output import Exit, Output, with_output
from hanoi_ticket.commands.scanner import scanner
from hanoi_ticket.native import cache, choice, jit, library
from hanoi_ticket.native.cache import NativeRefused


@click.group("doctor", invoke_without_command=True)
@with_output
def command(out: Output) -> None:
    """Say which backend checks signatures, by which path, and why not a faster one.

    Exit status 3 when a backend was pinned and cannot serve.
    """
    if click.get_current_context().invoked_subcommand is None:
        _backends(out)


command.add_command(scanner)


def _backends(out: Output) -> None:
    states = {"native": _native(), "jit": _jit(), "openssl": "always there"}
    try:
        serving, why = choice.automatic()
    except NativeRefused as refused:
        out.result({"serves": None, "why": str(refused), "backends": states}, f"nothing serves: {refused}")
        raise click.exceptions.Exit(Exit.CANNOT_DECIDE) from None
    name = serving.name if serving else "openssl"
    paths = serving.paths if serving else {"single": name, "batch": name}
    lines = [f"  {name:8} {state}" for name, state in (*paths.items(), *states.items())]
    value = {"serves": name, "why": why, "paths": paths, "library": str(cache.directory()), "backends": states}
    out.result(value, f"{name} serves: {why}", *lines)


def _native() -> str:
    try:
        return f"{library.load().name} at {cache.directory()}"
    except NativeRefused as refused:
        return str(refused)


def _jit() -> str:
    try:
        jit.need_numba()
    except NativeRefused as refused:
        return str(refused)
    return "only when asked for by name: it compiles for seconds"
