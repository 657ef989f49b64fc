"""What a reader believes, as one block of 64-bit words: how many issuers, a row for each, the combs of their keys."""

from typing import Final

FIRST: Final = 1
WORDS: Final = 9

KID: Final = 0
KIND: Final = 1  # field.OKP or field.EC2
WIDTH: Final = 2  # of the comb; 0 where the key has none
TABLE: Final = 3  # the word of the block at which the comb starts
KEY: Final = 4  # 32 bytes, or the 33 of a compressed point
