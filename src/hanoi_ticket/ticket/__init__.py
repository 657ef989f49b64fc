"""The issuer's and the phone's half: claims -> ticket -> code -> symbol."""

from hanoi_ticket.ticket.issue import FileNumbers, Issuer, TicketNumbers
from hanoi_ticket.ticket.present import Holder, printed
from hanoi_ticket.ticket.symbol import draw, in_terminal

__all__ = ["FileNumbers", "Holder", "Issuer", "TicketNumbers", "draw", "in_terminal", "printed"]
