"""Why a kernel refuses a code or a use. The numbers are those of `hanoi_ticket.Reason`; a test holds them equal.

Inside a kernel a refusal travels as the negated number, where a position or a count would have stood.
"""

from typing import Final

OK: Final = 0
TOO_LONG: Final = 1
WRONG_PREFIX: Final = 2
UNSUPPORTED_VERSION: Final = 3
BASE45_CHARACTER: Final = 4
BASE45_LENGTH: Final = 5
BASE45_OVERFLOW: Final = 6
TRUNCATED: Final = 7
TRAILING_DATA: Final = 8
RESERVED_HEAD: Final = 9
INDEFINITE_LENGTH: Final = 10
NON_SHORTEST: Final = 11
DUPLICATE_KEY: Final = 12
KEY_ORDER: Final = 13
FLOAT: Final = 14
TAG: Final = 15
UNEXPECTED_TYPE: Final = 16
UNKNOWN_CONTENT: Final = 17
MISSING_CONTENT: Final = 18
BAD_LENGTH: Final = 19
BAD_VALUE: Final = 20
UNSUPPORTED_ALGORITHM: Final = 21

UNKNOWN_ISSUER: Final = 30
ALGORITHM_MISMATCH: Final = 31
ISSUER_SIGNATURE: Final = 32
PROOF_MISSING: Final = 33
PROOF_UNEXPECTED: Final = 34
HOLDER_KEY: Final = 35
HOLDER_SIGNATURE: Final = 36
ISSUER_KEY_EXPIRED: Final = 37

NOT_YET_VALID: Final = 50
EXPIRED: Final = 51
CODE_TOO_OLD: Final = 52
CODE_FROM_FUTURE: Final = 53
TRUST_EXPIRED: Final = 55
DENIED: Final = 56
CHALLENGE: Final = 57

PASSBACK: Final = 91
REPLAYED: Final = 93
STORE_FULL: Final = 111
