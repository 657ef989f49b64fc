"""Known answers, right and wrong ones, asked of every set of compiled entries before it serves."""

from typing import Final

from hanoi_ticket.claims import Alg
from hanoi_ticket.kernels import reason
from hanoi_ticket.native.cache import NativeRefused
from hanoi_ticket.native.kernels import IssuerKey, Kernels
from hanoi_ticket.native.lanes import Lanes
from hanoi_ticket.native.window import Taken

_ED25519: Final = (  # RFC 8032 section 7.1, test 3
    bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"),
    bytes.fromhex("af82"),
    bytes.fromhex(
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    ),
)
_ES256: Final = (  # RFC 6979 section A.2.5, SHA-256, "sample"
    bytes.fromhex("0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"),
    b"sample",
    bytes.fromhex(
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
    ),
)
_ISSUER: Final = IssuerKey(
    bytes.fromhex("be5de2f4"),
    "EdDSA",
    bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"),
)
_CODE: Final = (
    b"VT1:9RGB1J+D9P60CO0/2O5VS97BY%KCF3BIMD8GCF3HHME7E 98441F90X50324V94844V9W/NNMKBAD62HCEYE.X"
    b"6-ADHE9+LIHHCNYDNED$%5BUU61N30V100000/UG000T70A58F8ET-8G7L11U:S1S-LEZJJBWGBUSZM7$P146A.3L/"
    b"MIKC8.PFH6E$E-7HSHH8W36FWF19MZ9T:LV8ECR3-PR6PO*ET4KSB70KEG/LDH2527BVSEN2F01ULQVUXEBS7A2L3%"
    b"JDPCPQ4X$3A7CRELP0B24CMKO4MMR6L1GN.TGDNG01EH NH95W0OZDWEACJ8PLADE0L490+D6"
)


_SIGNED: Final[dict[Alg, tuple[bytes, bytes, bytes]]] = {"EdDSA": _ED25519, "ES256": _ES256}


def must_pass(kernels: Kernels) -> None:
    """Raises `NativeRefused` unless the kernels give the known answers: under a millisecond of work."""
    for alg, (key, message, signature) in _SIGNED.items():
        wrong = signature[:-1] + bytes([signature[-1] ^ 1])
        if not kernels.verify(alg, key, message, signature) or kernels.verify(alg, key, message, wrong):
            raise NativeRefused(f"{kernels.name} fails its self-test of {alg}")
    for comb_bytes in (0, 1 << 16):
        trust = kernels.trust([_ISSUER], comb_bytes)
        changed = _CODE[:200] + b"00" + _CODE[202:]
        answers = kernels.authenticate(_CODE, trust).reason, kernels.authenticate(changed, trust).reason
        if answers != (reason.OK, reason.ISSUER_SIGNATURE):
            raise NativeRefused(f"{kernels.name} fails its self-test of codes: {answers}")
    _must_remember(kernels)


def _must_remember(kernels: Kernels) -> None:
    window, use = kernels.window(1, 60), Taken(bytes(range(248, 256)), 1, 0, 0, 1, 1)
    before = window.refuses(use, 0, -1)
    window.remember(use)
    if before or not window.refuses(use, 0, -1) or window.refuses(use._replace(moment=1), 0, -1):
        raise NativeRefused(f"{kernels.name} fails its self-test of the replay window")


def lanes_pass(lanes: Lanes) -> bool:
    """Whether the lanes tell a right signature from a wrong one, wherever it stands."""
    for alg, (key, message, signature) in _SIGNED.items():
        wrong = signature[:-1] + bytes([signature[-1] ^ 1])
        expected = [number % 3 != 1 for number in range(11)]
        signatures = [signature if right else wrong for right in expected]
        if lanes.verify(alg, [key] * 11, [message] * 11, signatures) != expected:
            return False
    return True
