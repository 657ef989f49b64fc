"""Where the parser puts what it reads: one int64 a name. Positions and sizes count bytes of the presentation."""

from typing import Final

TICKET: Final = 0
TICKET_SIZE: Final = 1
PROTECTED: Final = 2
PROTECTED_SIZE: Final = 3
CLAIMS: Final = 4
CLAIMS_SIZE: Final = 5
ISSUER_SIGNATURE: Final = 6
PROOF: Final = 7
PROOF_SIZE: Final = 8  # 0: the presentation carries none
HOLDER_SIGNATURE: Final = 9

ALG: Final = 10
KID: Final = 11  # four bytes, big-endian

EXP: Final = 12
NBF: Final = 13
TICKET_ID: Final = 14
CNF_KEY: Final = 15  # NO_KEY, EC2 or OKP below
CNF_X: Final = 16  # the position of its 32 bytes
CNF_Y: Final = 17  # the sign bit of y
PRODUCT: Final = 18
RIDER: Final = 19
AREA: Final = 20
BINDING: Final = 21

MOMENT: Final = 22
CHALLENGE: Final = 23  # NO_CHALLENGE where there is none
CLOCK: Final = 24  # 0 where the proof is silent

ISSUER: Final = 25  # where the issuer's row starts among those of the trust

COUNT: Final = 26

NO_KEY: Final = 0
OKP: Final = 1  # Ed25519; the numbers of COSE key types, RFC 9053 table 17
EC2: Final = 2  # P-256
NO_CHALLENGE: Final = -1
