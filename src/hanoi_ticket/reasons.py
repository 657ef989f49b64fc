"""Why a tap was decided as it was: stable numbers, one signal each, and words for the rider in two languages.

Numbers are never reused; new ones are added at the end of their group.
"""

from enum import Enum, IntEnum


class Signal(Enum):
    """What the gate shows: a colour, a symbol and a tone. A reader's lamp, sound and screen follow it."""

    ACCEPT = ("green", "✓", "one high tone")
    REFUSE = ("red", "✗", "two low tones")
    RETRY = ("amber", "↻", "one short tone")

    def __init__(self, colour: str, symbol: str, tone: str) -> None:
        self.colour, self.symbol, self.tone = colour, symbol, tone


class Reason(IntEnum):
    """The outcome of a tap. `OK` is the only one that opens a gate."""

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

    @property
    def signal(self) -> Signal:
        return _WORDS[self][0]

    def text(self, language: str = "vi") -> str:
        """What the rider reads. `language` is "vi" or "en"."""
        _, vi, en = _WORDS[self]
        return {"vi": vi, "en": en}[language]


_A, _R, _T = Signal.ACCEPT, Signal.REFUSE, Signal.RETRY

_NOT_A_TICKET = (
    _T,
    "Không phải mã vé. Mở vé trong ứng dụng và đưa lại mã.",
    "Not a ticket. Open the ticket in the app and show its code.",
)
_UNREADABLE = (
    _T,
    "Không đọc được mã. Tăng độ sáng màn hình và đưa lại.",
    "Code not readable. Raise the brightness and show it again.",
)
_FOREIGN = (_R, "Mã vé không hợp lệ. Vui lòng liên hệ quầy vé.", "Not a valid ticket. Please ask at the counter.")
_STAFF = (
    _R,
    "Cổng tạm không kiểm tra được vé. Vui lòng gặp nhân viên.",
    "This gate cannot check tickets now. Please see the staff.",
)

_WORDS: dict[Reason, tuple[Signal, str, str]] = {
    Reason.OK: (_A, "Mời qua. Chúc quý khách một chuyến đi tốt lành.", "Please go through. Have a good journey."),
    Reason.TOO_LONG: _NOT_A_TICKET,
    Reason.WRONG_PREFIX: _NOT_A_TICKET,
    Reason.UNSUPPORTED_VERSION: (
        _R,
        "Phiên bản mã chưa được hỗ trợ. Vui lòng gặp nhân viên.",
        "This kind of code is not supported yet. Please see the staff.",
    ),
    Reason.BASE45_CHARACTER: _UNREADABLE,
    Reason.BASE45_LENGTH: _UNREADABLE,
    Reason.BASE45_OVERFLOW: _UNREADABLE,
    Reason.TRUNCATED: _UNREADABLE,
    Reason.TRAILING_DATA: _UNREADABLE,
    Reason.RESERVED_HEAD: _FOREIGN,
    Reason.INDEFINITE_LENGTH: _FOREIGN,
    Reason.NON_SHORTEST: _FOREIGN,
    Reason.DUPLICATE_KEY: _FOREIGN,
    Reason.KEY_ORDER: _FOREIGN,
    Reason.FLOAT: _FOREIGN,
    Reason.TAG: _FOREIGN,
    Reason.UNEXPECTED_TYPE: _FOREIGN,
    Reason.UNKNOWN_CONTENT: _FOREIGN,
    Reason.MISSING_CONTENT: _FOREIGN,
    Reason.BAD_LENGTH: _FOREIGN,
    Reason.BAD_VALUE: _FOREIGN,
    Reason.UNSUPPORTED_ALGORITHM: _FOREIGN,
    Reason.UNKNOWN_ISSUER: (
        _R,
        "Không rõ đơn vị phát hành vé. Vui lòng liên hệ quầy vé.",
        "Unknown issuer. Please ask at the counter.",
    ),
    Reason.ALGORITHM_MISMATCH: _FOREIGN,
    Reason.ISSUER_SIGNATURE: _FOREIGN,
    Reason.PROOF_MISSING: (
        _R,
        "Đây là ảnh của vé. Mở vé trong ứng dụng để lấy mã động.",
        "A copy of a ticket. Open the app to show the live code.",
    ),
    Reason.PROOF_UNEXPECTED: _FOREIGN,
    Reason.HOLDER_KEY: _FOREIGN,
    Reason.HOLDER_SIGNATURE: (
        _R,
        "Mã không do điện thoại giữ vé tạo ra. Mở vé trong ứng dụng.",
        "Not made by the phone that holds the ticket. Open the ticket in the app.",
    ),
    Reason.ISSUER_KEY_EXPIRED: (
        _R,
        "Vé cần được cập nhật. Mở ứng dụng khi có mạng.",
        "The ticket needs a renewal. Open the app with a connection.",
    ),
    Reason.NOT_YET_VALID: (_R, "Vé chưa đến thời gian sử dụng.", "The ticket is not valid yet."),
    Reason.EXPIRED: (_R, "Vé đã hết hạn. Vui lòng mua vé mới.", "The ticket has expired. Please buy a new one."),
    Reason.CODE_TOO_OLD: (
        _T,
        "Mã đã cũ. Mở vé trong ứng dụng để lấy mã mới.",
        "The code is too old. Open the app for a new one.",
    ),
    Reason.CODE_FROM_FUTURE: (
        _T,
        "Đồng hồ điện thoại chạy nhanh. Bật giờ tự động rồi thử lại.",
        "The phone's clock is ahead. Turn on automatic time and try again.",
    ),
    Reason.CLOCK_UNKNOWN: _STAFF,
    Reason.TRUST_EXPIRED: _STAFF,
    Reason.DENIED: (
        _R,
        "Vé đã bị khóa. Vui lòng liên hệ quầy vé.",
        "The ticket is blocked. Please ask at the counter.",
    ),
    Reason.CHALLENGE: (
        _T,
        "Nhập số hiển thị trên máy vào ứng dụng rồi đưa lại mã.",
        "Type the number on the reader into the app and show the code again.",
    ),
    Reason.UNKNOWN_PRODUCT: (
        _R,
        "Loại vé chưa có trên máy này. Vui lòng gặp nhân viên.",
        "This reader does not know the product. Please see the staff.",
    ),
    Reason.WRONG_MODE: (_R, "Vé không dùng cho phương tiện này.", "The ticket is not for this kind of transport."),
    Reason.WRONG_AREA: (
        _R,
        "Vé không dùng cho tuyến hoặc ga này.",
        "The ticket is not valid on this line or at this station.",
    ),
    Reason.CONCESSION_CHECK: (
        _R,
        "Vé ưu đãi cần kiểm tra. Vui lòng gặp nhân viên.",
        "A concession that needs a check. Please see the staff.",
    ),
    Reason.WRONG_TIME: (_R, "Vé không dùng vào giờ này.", "The ticket is not valid at this time of day."),
    Reason.ALREADY_USED: (_R, "Vé đã được sử dụng.", "The ticket has been used."),
    Reason.PASSBACK: (
        _R,
        "Vé vừa được dùng tại đây. Vui lòng đợi ít phút.",
        "The ticket was used here just now. Please wait a few minutes.",
    ),
    Reason.NO_ENTRY: (
        _R,
        "Không thấy lượt vào. Vui lòng gặp nhân viên.",
        "No entry was recorded. Please see the staff.",
    ),
    Reason.REPLAYED: (
        _T,
        "Mã này đã dùng. Đợi mã tiếp theo rồi đưa lại.",
        "This code was used. Wait for the next one and show it again.",
    ),
    Reason.STORE_UNAVAILABLE: _STAFF,
    Reason.STORE_FULL: _STAFF,
}
