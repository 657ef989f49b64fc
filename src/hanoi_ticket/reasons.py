"""Why a tap was decided as it was: stable numbers, one signal each, and words for the rider in two languages.

Numbers are never reused; new ones are added at the end of their group.
"""

from enum import Enum, IntEnum


class Signal(Enum):
    """What the gate shows. A reader's lamp, sound and screen follow it."""

    ACCEPT = ("green", "✓", "one high tone")
    REFUSE = ("red", "✗", "two low tones")
    RETRY = ("amber", "↻", "one short tone")

    @property
    def colour(self) -> str:
        return self.value[0]

    @property
    def symbol(self) -> str:
        return self.value[1]

    @property
    def tone(self) -> str:
        return self.value[2]


class Reason(IntEnum):
    """The outcome of a tap. 0 is the only one that opens a gate."""

    OK = 0
    # 1-29: the text or its bytes are not of the format (docs/format.md)
    TOO_LONG = 1
    WRONG_PREFIX = 2
    UNSUPPORTED_VERSION = 3
    BASE45_CHARACTER = 4
    BASE45_LENGTH = 5
    BASE45_OVERFLOW = 6
    TRUNCATED = 7
    TRAILING_DATA = 8
    RESERVED_HEAD = 9
    INDEFINITE_LENGTH = 10
    NON_SHORTEST = 11
    DUPLICATE_KEY = 12
    KEY_ORDER = 13
    FLOAT = 14
    TAG = 15
    UNEXPECTED_TYPE = 16
    UNKNOWN_CONTENT = 17
    MISSING_CONTENT = 18
    BAD_LENGTH = 19
    BAD_VALUE = 20
    UNSUPPORTED_ALGORITHM = 21
    # 30-49: keys and signatures
    UNKNOWN_ISSUER = 30
    ALGORITHM_MISMATCH = 31
    ISSUER_SIGNATURE = 32
    PROOF_MISSING = 33
    PROOF_UNEXPECTED = 34
    HOLDER_KEY = 35
    HOLDER_SIGNATURE = 36
    ISSUER_KEY_EXPIRED = 37
    # 50-69: time and trust
    NOT_YET_VALID = 50
    EXPIRED = 51
    CODE_TOO_OLD = 52
    CODE_FROM_FUTURE = 53
    CLOCK_UNKNOWN = 54
    TRUST_EXPIRED = 55
    DENIED = 56
    CHALLENGE = 57
    # 70-89: what was bought
    UNKNOWN_PRODUCT = 70
    WRONG_MODE = 71
    WRONG_AREA = 72
    CONCESSION_CHECK = 73
    WRONG_TIME = 74
    # 90-109: use
    ALREADY_USED = 90
    PASSBACK = 91
    NO_ENTRY = 92
    REPLAYED = 93
    # 110-: the reader itself
    STORE_UNAVAILABLE = 110
    STORE_FULL = 111
