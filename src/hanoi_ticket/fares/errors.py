"""The one error of this layer: fare data that may not be used, and the place where it is wrong."""

from hanoi_ticket.errors import HanoiTicketError


class FaresRejected(HanoiTicketError, ValueError):  # noqa: N818  the data is what was rejected
    """A feed or a catalogue that breaks a rule. Nothing of it is loaded.

    `file`, `line` (1 is the header) and `field` name the place; each is empty or 0 where it has no meaning.
    """

    def __init__(self, problem: str, *, file: str = "", line: int = 0, field: str = "") -> None:
        place = ":".join(str(part) for part in (file, line, field) if part)
        super().__init__(f"{place}: {problem}" if place else problem)
        self.problem = problem
        self.file = file
        self.line = line
        self.field = field
