"""Known answers, right and wrong ones, asked of every set of compiled entries before it serves."""

from hanoi_ticket.kernels import reason
from hanoi_ticket.native.answers import CODE, ISSUER_KEY, ISSUER_KID, SIGNED
from hanoi_ticket.native.cache import NativeRefused
from hanoi_ticket.native.kernels import IssuerKey, Kernels


def must_pass(kernels: Kernels) -> None:
    """Raises `NativeRefused` unless the kernels give the known answers: under a millisecond of work."""
    for alg, (key, message, signature) in SIGNED.items():
        wrong = signature[:-1] + bytes([signature[-1] ^ 1])
        if not kernels.verify(alg, key, message, signature) or kernels.verify(alg, key, message, wrong):
            raise NativeRefused(f"{kernels.name} fails its self-test of {alg}")
    issuer = IssuerKey(ISSUER_KID, "EdDSA", ISSUER_KEY)
    for comb_bytes in (0, 1 << 16):
        trust = kernels.trust([issuer], comb_bytes)
        changed = CODE[:200] + b"00" + CODE[202:]
        answers = kernels.authenticate(CODE, trust).reason, kernels.authenticate(changed, trust).reason
        if answers != (reason.OK, reason.ISSUER_SIGNATURE):
            raise NativeRefused(f"{kernels.name} fails its self-test of codes: {answers}")
