"""What a reader believes, as one block of 64-bit words: a head, a row for each issuer, the deny lists, the combs."""

from typing import Final

COUNT: Final = 0  # of issuers
CLOSES: Final = 1  # the UTC second from which the whole bundle is too old
FIRST: Final = 2
WORDS: Final = 14

KID: Final = 0
KIND: Final = 1  # field.OKP or field.EC2
WIDTH: Final = 2  # of the comb; 0 where the key has none
TABLE: Final = 3  # the word of the block at which the comb starts
KEY: Final = 4  # 32 bytes, or the 33 of a compressed point
VALID_FROM: Final = 9  # the key's, UTC seconds: [from, until)
VALID_UNTIL: Final = 10
DENIED: Final = 11  # the word of the block at which the deny list starts: a bit a ticket, the first one the lowest
DENIED_BYTES: Final = 12
NUMBER: Final = 13  # among the issuers with keys of this kind: where the tables for lanes stand
