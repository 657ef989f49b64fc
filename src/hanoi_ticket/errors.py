"""Exceptions are for programs that misuse the library. A refused rider is a `Verdict`, never an exception."""

from hanoi_ticket.reasons import Reason


class HanoiTicketError(Exception):
    """The base of all errors raised on purpose; its text says what to do next."""


class Refusal(HanoiTicketError):  # noqa: N818  a decision, not a mistake
    """A code that breaks a rule. It never leaves the library: the validator turns it into a verdict."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason.name}: {detail}" if detail else reason.name)
        self.reason = reason
        self.detail = detail


class KeyRejected(HanoiTicketError, ValueError):  # noqa: N818  the key is what was rejected
    """A public key that is not admitted: wrong length, off the curve, small or mixed order."""


class TrustRejected(HanoiTicketError, ValueError):  # noqa: N818  the bundle is what was rejected
    """A trust bundle that may not be used: wrong signer, rolled back, too large, cut short."""


class SignatureRejected(HanoiTicketError, ValueError):  # noqa: N818  the file is what was rejected
    """A signed file that the expected key did not sign, or not as what it is taken for."""


class JournalRejected(HanoiTicketError, ValueError):  # noqa: N818  the batch is what was rejected
    """A journal batch or an acknowledgement that does not fit the journal it speaks of."""


class StoreUnavailable(HanoiTicketError):  # noqa: N818  a state, not a mistake
    """The gate's store cannot promise that an accepted tap survives."""
