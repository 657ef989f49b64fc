"""Known answers, right and wrong ones, asked of every set of compiled entries before it serves."""

from hanoi_ticket.kernels import reason
from hanoi_ticket.native.answers import AT, CHANGED, CODE, ISSUER_KEY, ISSUER_KID, SIGNED
from hanoi_ticket.native.cache import NativeRefused
from hanoi_ticket.native.issuer_key import IssuerKey
from hanoi_ticket.native.kernels import Kernels, Moment
from hanoi_ticket.native.window import Taken


def must_pass(kernels: Kernels) -> None:
    """Raises `NativeRefused` unless the kernels give the known answers: under a millisecond of work."""
    for alg, (key, message, signature) in SIGNED.items():
        wrong = signature[:-1] + bytes([signature[-1] ^ 1])
        if not kernels.verify(alg, key, message, signature) or kernels.verify(alg, key, message, wrong):
            raise NativeRefused(f"{kernels.name} fails its self-test of {alg}")
    issuer, moment = IssuerKey(ISSUER_KID, "EdDSA", ISSUER_KEY), Moment(AT, 0, 0)
    for comb_bytes in (0, 1 << 16):
        trust = kernels.trust([issuer], comb_bytes=comb_bytes)
        answers = tuple(kernels.verify_code(code, trust, moment).reason for code in (CODE, CHANGED))
        if answers != (reason.OK, reason.ISSUER_SIGNATURE):
            raise NativeRefused(f"{kernels.name} fails its self-test of codes: {answers}")
    _must_remember(kernels)


def _must_remember(kernels: Kernels) -> None:
    window, use = kernels.window(1, 60), Taken(bytes(range(248, 256)), 1, 0, 0, 1, 1)
    before = window.refuses(use, 0, -1)
    window.remember(use)
    if before or not window.refuses(use, 0, -1) or window.refuses(use._replace(moment=1), 0, -1):
        raise NativeRefused(f"{kernels.name} fails its self-test of the replay window")
