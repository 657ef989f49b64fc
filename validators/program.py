"""What the reader programs share: options, start, signals and exit codes."""

import argparse
import contextlib
import signal
import time
from pathlib import Path
from typing import Final, NamedTuple

from hanoi_ticket import Validator
from hanoi_ticket.errors import HanoiTicketError
from hanoi_ticket.validator import Profile, ProfileRejected

from .camera import Frames, Pictures
from .clock_source import open_clock
from .console import ConsoleLamp, Output
from .control import Control
from .hid import HidScanner
from .journal_courier import JournalCourier
from .log import Log
from .metrics import Metrics
from .persistent import PersistentScanner
from .ports import Barrier, Clock, Decide, Scanner, Screen
from .reader import Reader, Requests
from .serial_port import SerialScanner
from .standard_input import StandardInput
from .trust_courier import SUFFIX, TrustCourier
from .trust_file import TrustFile
from .watchdog import Watchdog

STOPPED: Final = 0
USAGE: Final = 2
CANNOT_START: Final = 3
_SCANNERS: Final = (
    "stdin (default), serial:DEVICE, hid:/dev/input/event*, images:FILE|DIR (each once), "
    "frames:DIR (new ones as they appear)"
)
_CLOCKS: Final = "system (default), ntp (the system's, while the kernel calls it synchronised), gnss:DEVICE"
_SOURCES: Final = f"where newer bundles come from: http(s), or a directory with {SUFFIX} files such as a USB stick"
_BAUDS: Final = (1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200)
_EXTRAS: Final = "pip install 'hanoi-ticket[serial,hid,camera,gnss,metrics,station,export]'"
_EPILOG: Final = """
It runs until SIGTERM or SIGINT, or until the scanner has no more. A trust bundle that is replaced is taken between two
taps; SIGHUP asks for that at once. SIGUSR1 is the "checked" button: staff have seen the entitlement of the rider who
taps next. The log goes to standard output, one line an event; lamp and barrier to standard
error. Exit codes: 0 stopped, 2 wrong usage or profile, 3 cannot start (trust, store or scanner).
"""


def arguments(name: str, about: str, *, profile: str) -> argparse.ArgumentParser:
    """The options of every reader program."""
    parser = argparse.ArgumentParser(name, description=about, epilog=_EPILOG)
    add = parser.add_argument
    add("--profile", default=profile, metavar="NAME|FILE", help="packaged profile or TOML file (default: %(default)s)")
    add("--trust", type=Path, required=True, metavar="FILE", help="signed trust bundle")
    add("--authority", type=Path, required=True, metavar="PEM", help="public key that signs the trust bundle")
    add("--trust-from", action="append", default=[], metavar="URL|DIR", help=_SOURCES)
    add("--trust-every", type=float, default=30.0, metavar="SECONDS", help="how often it looks there (default: 30)")
    add("--journal-to", type=Path, metavar="DIR", help="where the journal is handed over, such as a USB stick")
    add("--journal-key", type=Path, metavar="PEM", help="this reader's private key, which seals what it hands over")
    add("--receiver", type=Path, metavar="PEM", help="public key of the back office, which acknowledges it")
    add("--journal-every", type=float, default=300.0, metavar="SECONDS", help="how often it does (default: 300)")
    add("--store", type=Path, required=True, metavar="FILE", help="what this reader remembers; created when absent")
    add("--scanner", type=_scanner_name, default=("stdin", ""), metavar="KIND[:PATH]", help=_SCANNERS)
    add("--terminator", choices=("cr", "lf", "crlf"), default="lf", help="what ends a code (default: %(default)s)")
    add("--baud", type=int, choices=_BAUDS, default=9600, help="of a serial scanner (default: %(default)s)")
    add("--clock", type=_clock_name, default=("system", ""), metavar="SOURCE", help=_CLOCKS)
    add(
        "--metrics",
        type=_address,
        metavar="[ADDRESS:]PORT",
        help="serve Prometheus metrics (default address: this host's own)",
    )
    add("--json", action="store_true", help="log lines as JSON")
    return parser


def _scanner_name(text: str) -> tuple[str, str]:
    kind, _, path = text.partition(":")
    if kind not in ("stdin", "serial", "hid", "images", "frames") or (kind == "stdin") == bool(path):
        raise argparse.ArgumentTypeError(f"stdin, serial:DEVICE, hid:DEVICE, images:PATH or frames:DIR, not {text!r}")
    return kind, path


def _clock_name(text: str) -> tuple[str, str]:
    kind, _, device = text.partition(":")
    if kind not in {"system", "ntp", "gnss"} or (kind == "gnss") != bool(device):
        raise argparse.ArgumentTypeError(f"system, ntp or gnss:DEVICE, not {text!r}")
    return kind, device


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        raise argparse.ArgumentTypeError(f"[ADDRESS:]PORT, not {text!r}")
    return host or "127.0.0.1", int(port)


class _Parts(NamedTuple):
    """What the options name, open."""

    gate: Validator
    trust_file: TrustFile
    clock: Clock
    scanner: Scanner
    metrics: Metrics | None
    control: Control | None
    watchdog: Watchdog


def serve(
    options: argparse.Namespace,
    mode: str | None,
    *,
    barrier: Barrier | None = None,
    screen: Screen | None = None,
    decide: Decide = Validator.tap,
    control: Path | None = None,
) -> int:
    """Runs a reader until it is stopped; gives the exit code. A `mode` of None takes profiles of any."""
    requests, messages = _listen(), Output(2)
    try:
        profile = _profile(options.profile, mode)
        _need_all_or_none(options)
    except (ProfileRejected, OSError, argparse.ArgumentTypeError) as error:
        messages.line(f"error: {error}")
        return USAGE
    log = Log(Output(1), profile.reader, as_json=options.json)
    with contextlib.ExitStack() as open_things:
        try:
            parts = _open(options, profile, control, log, open_things)
        except (HanoiTicketError, OSError) as error:
            messages.line(f"error: {error}")
            return CANNOT_START
        except ModuleNotFoundError as error:
            messages.line(f"error: {error}\nhint: {_EXTRAS}")
            return CANNOT_START
        aside = parts.gate.store.set_aside
        log.event("ready", trust=parts.gate.trust.version, store_set_aside=aside and str(aside))
        reader = Reader(
            parts.gate,
            parts.scanner,
            ConsoleLamp(messages),
            log,
            parts.trust_file,
            clock=parts.clock,
            barrier=barrier,
            screen=screen,
            decide=decide,
            metrics=parts.metrics,
            control=parts.control,
            watchdog=parts.watchdog,
        )
        parts.watchdog.ready()
        reader.run(requests)
        parts.watchdog.stopping()
    log.event("stopped")
    return STOPPED


def _open(
    options: argparse.Namespace,
    profile: Profile,
    pipe: Path | None,
    log: Log,
    open_things: contextlib.ExitStack,
) -> _Parts:
    """Everything that can fail at the start; what is open already is closed again then."""
    trust_file = TrustFile(options.trust, options.authority)
    trust = trust_file.load()
    kind, device = options.clock
    clock = open_clock(kind, device, trust.issued_at, log, open_things)
    gate = open_things.enter_context(Validator.open(profile, trust, options.store, clock=clock))
    scanner = PersistentScanner(_scanner(options, log), log)
    open_things.callback(scanner.close)
    scanner.open()
    courier = TrustCourier(options.trust_from, options.trust, options.authority, options.trust_every, log)
    open_things.callback(courier.stop)
    courier.start()
    _hand_over(options, gate, log, open_things)
    metrics = _metrics(options.metrics, open_things)
    control = _control(pipe, log, open_things)
    watchdog = Watchdog()
    open_things.callback(watchdog.close)
    return _Parts(gate, trust_file, clock, scanner, metrics, control, watchdog)


def _hand_over(options: argparse.Namespace, gate: Validator, log: Log, open_things: contextlib.ExitStack) -> None:
    if options.journal_to is None:
        return
    courier = JournalCourier(
        gate,
        options.journal_to,
        log,
        key=options.journal_key,
        receiver=options.receiver,
        every=options.journal_every,
    )
    open_things.callback(courier.stop)
    courier.start()


def _metrics(where: tuple[str, int] | None, open_things: contextlib.ExitStack) -> Metrics | None:
    if where is None:
        return None
    metrics = Metrics(*where)
    open_things.callback(metrics.close)
    return metrics


def _control(pipe: Path | None, log: Log, open_things: contextlib.ExitStack) -> Control | None:
    if pipe is None:
        return None
    control = Control(pipe, log)
    open_things.callback(control.close)
    return control


def _listen() -> Requests:
    requests = Requests()

    def stop(*_: object) -> None:
        requests.stop = True

    def reload(*_: object) -> None:
        requests.reload = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

    def checked(*_: object) -> None:
        requests.checked = time.monotonic()

    signal.signal(signal.SIGHUP, reload)
    signal.signal(signal.SIGUSR1, checked)
    return requests


def _profile(name: str, mode: str | None) -> Profile:
    profile = Profile.of(name)
    if mode not in (None, profile.mode):
        raise ProfileRejected(f"{name}: mode: this program is for {mode!r}, not {profile.mode!r}")
    return profile


def _need_all_or_none(options: argparse.Namespace) -> None:
    handing_over = (options.journal_to, options.journal_key, options.receiver)
    if any(handing_over) and not all(handing_over):
        raise argparse.ArgumentTypeError("--journal-to, --journal-key and --receiver go together")


def _scanner(options: argparse.Namespace, log: Log) -> Scanner:
    kind, path = options.scanner
    if kind == "serial":
        return SerialScanner(path, options.baud, options.terminator)
    if kind == "hid":
        return HidScanner(path)
    if kind == "images":
        return Pictures(Path(path), log)
    if kind == "frames":
        return Frames(Path(path))
    return StandardInput(options.terminator)
