"""Which backend serves. `auto`: the native library where it is present and passes its self-test, else OpenSSL.

Nothing waits for a compiler unless "jit" is asked for by name. One answer for the life of the process.
"""

import os
from functools import cache
from typing import Final, Literal, cast, get_args

from hanoi_ticket.native import jit, library
from hanoi_ticket.native.cache import NativeRefused
from hanoi_ticket.native.kernels import Kernels
from hanoi_ticket.native.library import LANES_SETTING
from hanoi_ticket.native.phones import PHONE_BYTES
from hanoi_ticket.native.trust import COMB_BYTES

Backend = Literal["auto", "native", "jit", "openssl"]
SETTING: Final = "HANOI_TICKET_BACKEND"
"""What `auto` stands for; for an operator who must pin one."""
COMBS_SETTING: Final = "HANOI_TICKET_COMB_MIB"
"""MiB that the tables of the issuers' keys may take, by default 64: see native.trust.COMB_BYTES."""
PHONES_SETTING: Final = "HANOI_TICKET_PHONE_MIB"
"""MiB that the tables of phones that come back may take, by default 4: see native.phones."""
LANES_CHOICES: Final = ("auto", "on", "off")
"""Eight lanes where the processor has them; nothing serves without them; the scalar kernels check everything."""
_DIGITS: Final = 7


def kernels(backend: Backend = "auto") -> Kernels | None:
    """The compiled kernels that serve, or None for OpenSSL. Raises `NativeRefused` where a backend asked for cannot."""
    if backend == "auto":
        return automatic()[0]
    if backend == "openssl":
        return None
    return _loaded(backend)


@cache
def automatic() -> tuple[Kernels | None, str]:
    """What `auto` comes to, and why. Raises `NativeRefused` where the settings cannot be met."""
    comb_bytes(), phone_bytes()
    asked = _lanes_asked()
    serving, why = _chosen()
    if asked == "on" and (serving is None or serving.lanes is None):
        raise NativeRefused(f"{LANES_SETTING}=on, and there are no lanes: {why}")
    return serving, why


def _chosen() -> tuple[Kernels | None, str]:
    pinned = os.environ.get(SETTING, "auto")
    if pinned not in get_args(Backend):
        raise NativeRefused(f"{SETTING} is one of {', '.join(get_args(Backend))}, not {pinned!r}")
    if pinned != "auto":
        return kernels(cast("Backend", pinned)), f"{SETTING}={pinned}"
    try:
        return _loaded("native"), "it is present and passes its self-test"
    except NativeRefused as refused:
        return None, str(refused)


def _lanes_asked() -> str:
    asked = os.environ.get(LANES_SETTING, "auto")
    if asked not in LANES_CHOICES:
        raise NativeRefused(f"{LANES_SETTING} is one of {', '.join(LANES_CHOICES)}, not {asked!r}")
    return asked


def comb_bytes() -> int:
    """What the setting allows. Raises `NativeRefused` where it is no number."""
    return _bytes_of(COMBS_SETTING, COMB_BYTES)


def phone_bytes() -> int:
    """What the setting allows. Raises `NativeRefused` where it is no number."""
    return _bytes_of(PHONES_SETTING, PHONE_BYTES)


def _bytes_of(setting: str, usual: int) -> int:
    chosen = os.environ.get(setting)
    if chosen is None:
        return usual
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < _DIGITS):
        raise NativeRefused(f"{setting} is a number of MiB, 0 for none, not {chosen!r}")
    return int(chosen) << 20


@cache
def _loaded(backend: str) -> Kernels:
    return jit.load() if backend == "jit" else library.load(phone_bytes=phone_bytes())
