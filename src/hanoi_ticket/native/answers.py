"""Known answers: a signature of each algorithm, and whole codes with the reader that believes their issuer."""

from typing import Final

from hanoi_ticket.claims import Alg

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
SIGNED: Final[dict[Alg, tuple[bytes, bytes, bytes]]] = {"EdDSA": _ED25519, "ES256": _ES256}

ISSUER_KID: Final = bytes.fromhex("be5de2f4")
ISSUER_KEY: Final = bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
CODE: Final = (
    b"VT1:9RGB1J+D9P60CO0/2O5VS97BY%KCF3BIMD8GCF3HHME7E 98441F90X50324V94844V9W/NNMKBAD62HCEYE.X"
    b"6-ADHE9+LIHHCNYDNED$%5BUU61N30V100000/UG000T70A58F8ET-8G7L11U:S1S-LEZJJBWGBUSZM7$P146A.3L/"
    b"MIKC8.PFH6E$E-7HSHH8W36FWF19MZ9T:LV8ECR3-PR6PO*ET4KSB70KEG/LDH2527BVSEN2F01ULQVUXEBS7A2L3%"
    b"JDPCPQ4X$3A7CRELP0B24CMKO4MMR6L1GN.TGDNG01EH NH95W0OZDWEACJ8PLADE0L490+D6"
)
CHANGED: Final = CODE[:200] + b"00" + CODE[202:]
"""Its issuer signed something else."""
AT: Final = 1_789_995_000
"""The second in which the code is good."""
