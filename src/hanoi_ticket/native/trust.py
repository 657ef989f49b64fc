"""What a reader believes, as the kernels read it: one block (kernels.row), and the issuers' tables for lanes."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any, Final

from hanoi_ticket.claims import Alg
from hanoi_ticket.kernels import field, row
from hanoi_ticket.native.issuer_key import IssuerKey
from hanoi_ticket.native.lanes import TABLE_WORDS, IssuerTables, Lanes

COMB_BYTES: Final = 1 << 26
"""Memory that the combs of the issuers' keys may take together. At width 8 one is 393,216 bytes, or 270,336 for P-256;
where they would take more they get narrower, down to 4 (48 KiB, 33 KiB), and then there are none. The tables for lanes,
528,384 bytes a key of either kind, may take as much again; where they do not fit there are none of them."""
PAYS_AFTER: Final = 256
"""Codes after which the tables for lanes are built: a process that verifies a few never waits for them."""
_WIDTHS: Final = (8, 7, 6, 5, 4)
_KIND: Final = {"EdDSA": field.OKP, "ES256": field.EC2}
_SCALAR_BITS: Final = {"EdDSA": 254, "ES256": 257}
_ROW_WORDS: Final = {"EdDSA": 12, "ES256": 8}


class Trust:
    """The issuers, as one unchangeable block; and their tables for lanes, once these pay."""

    def __init__(  # noqa: PLR0917  `Kernels.trust` alone makes one
        self,
        ffi: Any,  # noqa: ANN401  cffi has no types
        entries: Any,  # noqa: ANN401
        issuers: Sequence[IssuerKey],
        closes: int,
        comb_bytes: int,
        lanes: Callable[[], Lanes | None],
    ) -> None:
        self.issuers, self.width = issuers, _width(issuers, comb_bytes)
        """The width is that of the combs; 0 when there are none."""
        self._entries, self._lane_bytes, self._lanes = entries, comb_bytes, lanes
        self._codes, self._decided = 0, False
        self._tables: IssuerTables | None = None
        list_sizes = [_words_of(issuer.denied) for issuer in issuers]
        comb_sizes = [table_words(issuer.alg, self.width) for issuer in issuers]
        denied = list(accumulate(list_sizes, initial=row.FIRST + row.WORDS * len(issuers)))
        combs = list(accumulate(comb_sizes, initial=denied[-1]))
        self.block = ffi.new("uint64_t[]", combs[-1])
        self.block[row.COUNT], self.block[row.CLOSES] = len(issuers), closes
        self.combs = [self.block + comb for comb in combs[:-1]]
        numbers: Counter[Alg] = Counter()
        for i, issuer in enumerate(issuers):
            places = {row.TABLE: combs[i], row.DENIED: denied[i], row.NUMBER: numbers[issuer.alg]}
            self._put_row(ffi, row.FIRST + row.WORDS * i, issuer, places)
            if self.width:
                self._build(issuer, self.combs[i])
            numbers[issuer.alg] += 1

    def _put_row(self, ffi: Any, first: int, issuer: IssuerKey, places: dict[int, int]) -> None:  # noqa: ANN401
        values = {
            **places,
            row.KID: int.from_bytes(issuer.kid, "big"),
            row.KIND: _KIND[issuer.alg],
            row.WIDTH: self.width,
            row.VALID_FROM: issuer.valid_from,
            row.VALID_UNTIL: issuer.valid_until,
            row.DENIED_BYTES: len(issuer.denied),
        }
        for name, value in values.items():
            self.block[first + name] = value
        ffi.memmove(self.block + first + row.KEY, issuer.raw, len(issuer.raw))
        ffi.memmove(self.block + places[row.DENIED], issuer.denied, len(issuer.denied))

    def _build(self, issuer: IssuerKey, table: Any) -> None:  # noqa: ANN401
        if issuer.alg == "EdDSA":
            status = self._entries["ed25519_build_key_table"](issuer.raw, self.width, table)
        else:
            status = self._entries["ecdsa_p256_build_key_table"](issuer.raw, len(issuer.raw), self.width, table)
        if status:
            raise ValueError(f"the key {issuer.kid.hex()} is not one that was admitted")

    def tables(self, codes: int) -> IssuerTables | None:
        """The tables for lanes; None until as many codes came as pay for them, and where there are no lanes.

        `codes` more are about to be verified.
        """
        if self._decided:
            return self._tables
        self._codes += codes
        if self._codes < PAYS_AFTER:
            return None
        fits = self.width == max(_WIDTHS) and 8 * TABLE_WORDS * len(self.issuers) <= self._lane_bytes
        self.adopt(self._lanes(), known=fits)
        return self._tables

    def adopt(self, lanes: Lanes | None, *, known: bool) -> None:
        """From now on codes go through the lanes, if there are any; where the issuers' keys are `known`, by tables."""
        self._tables = IssuerTables(lanes, self.issuers, self.combs, known=known) if lanes else None
        self._decided = True


def table_words(alg: Alg, width: int) -> int:
    """The 64-bit words of a comb: a row for each digit 1 .. 2^(width-1) of each window."""
    return -(-_SCALAR_BITS[alg] // width) * (1 << width - 1) * _ROW_WORDS[alg] if width else 0


def _words_of(data: bytes) -> int:
    return -(-len(data) // 8)


def _width(issuers: Sequence[IssuerKey], comb_bytes: int) -> int:
    """The widest combs that fit."""
    for width in _WIDTHS:
        if 8 * sum(table_words(issuer.alg, width) for issuer in issuers) <= comb_bytes:
            return width
    return 0
