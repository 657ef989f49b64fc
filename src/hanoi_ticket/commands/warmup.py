import time
from pathlib import Path

import click

from hanoi_ticket.commands.output import Output, note, with_output
from hanoi_ticket.native import build, cache, library


@click.command("warmup")
@click.option("--force", is_flag=True, help="Build again, even where a good library is present.")
@with_output
def command(out: Output, force: bool) -> None:
    """Compile the signature checks and the parser once for this machine: some 30 seconds.

    Readers then load the library that this leaves in the cache, with no compiler in the process. Without it OpenSSL
    serves. Needs `cc`, or `pip install 'hanoi-ticket[linker]'`.
    """
    where, started = Path(cache.directory()), time.monotonic()
    if force or not _is_good():
        build.build(where, note)
    kernels = library.load(where)
    seconds = round(time.monotonic() - started, 1)
    value = {"backend": kernels.name, "library": str(where / cache.LIBRARY), "seconds": seconds}
    out.result(value, f"{kernels.name} serves from {where / cache.LIBRARY}")


def _is_good() -> bool:
    try:
        library.load()
    except cache.NativeRefused:
        return False
    return True
