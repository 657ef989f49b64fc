"""The issuer's half: claims are signed, and become a ticket."""

import contextlib
import fcntl
import os
from pathlib import Path
from typing import Protocol

from hanoi_ticket.claims import Alg, Binding, Claims, PublicKey
from hanoi_ticket.errors import HanoiTicketError
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.model import Product
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.files import write_atomically
from hanoi_ticket.signing import PrivateKey, Signer, admit, kid
from hanoi_ticket.standards import MAX_SECONDS
from hanoi_ticket.trust import IssuerRecord
from hanoi_ticket.wire import cose, cwt


class TicketNumbers(Protocol):
    """Gives each number once, for as long as the issuer's key lives."""

    def next(self) -> int: ...


class CountedNumbers:
    """0, 1, 2 and on, in this process's memory: for a key that does not outlive it."""

    def __init__(self) -> None:
        self._next = 0

    def next(self) -> int:
        number, self._next = self._next, self._next + 1
        return number


class FileNumbers:
    """0, 1, 2 and on, kept in a file that several processes may share. A number is on disk before it is given.

    A file that is lost gives no number: counting anew would give two tickets one number.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @staticmethod
    def beside(key: str | os.PathLike[str]) -> "FileNumbers":
        """The numbers of the issuer whose key is in that file: they stand in `.next` beside it."""
        return FileNumbers(Path(f"{os.fspath(key)}.next"))

    def begin(self, first: int = 0) -> None:
        """Counts from `first` on. Raises `HanoiTicketError` where the file counts already, unless `first` is higher."""
        with contextlib.suppress(FileNotFoundError):
            counted = self._path.read_bytes()
            if counted.isdigit() and int(counted) > first:
                raise HanoiTicketError(f"{self._path} has come to {int(counted)}; a number is never given twice")
        write_atomically(self._path, b"%d" % first, 0o600)

    def next(self) -> int:
        try:
            descriptor = os.open(self._path, os.O_RDWR)
        except FileNotFoundError:
            raise HanoiTicketError(
                f"{self._path} is not there: it counts this key's ticket numbers. Begin it (hanoi-ticket issue --next):"
                " with 0 for a new key, above every number that was given for an old one"
            ) from None
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            counted = file.read()
            if not counted.isdigit():
                raise HanoiTicketError(f"{self._path} should hold the next ticket number; it does not")
            number = int(counted)
            file.seek(0)
            file.write(b"%d" % (number + 1))  # numbers only grow, so a shorter text never follows a longer one
            file.flush()
            os.fsync(file.fileno())
        return number


class Issuer:
    """Signs tickets under one key."""

    def __init__(
        self,
        signer: Signer,
        *,
        catalogue: Catalogue | None = None,
        numbers: TicketNumbers | None = None,
        name: str = "",
        valid_from: int = 0,
        valid_until: int = MAX_SECONDS,
    ) -> None:
        """`signer` may be an HSM's key. `catalogue` (default: the Hanoi sample) says what is sold."""
        self._signer = signer
        self._catalogue = catalogue or hanoi_sample()
        self._numbers = numbers or CountedNumbers()
        self._record = IssuerRecord(signer.public_key, name, valid_from, valid_until)
        self._protected = cose.protected_header(signer.public_key.alg, kid(signer.public_key))

    @classmethod
    def generate(cls, alg: Alg = "EdDSA", *, catalogue: Catalogue | None = None, name: str = "") -> "Issuer":
        """An issuer with a new key, for as long as this process lives."""
        return cls(PrivateKey.generate(alg), catalogue=catalogue, name=name)

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        password: bytes | None = None,
        *,
        catalogue: Catalogue | None = None,
        name: str = "",
    ) -> "Issuer":
        """An issuer with the key in a PKCS#8 file; ticket numbers are counted in a file beside it (`.next`).

        That file is begun by `keygen`, by `issue --next`, or by `FileNumbers.beside(path).begin()`.
        """
        key, numbers = PrivateKey.load(path, password), FileNumbers.beside(path)
        return cls(key, catalogue=catalogue, numbers=numbers, name=name)

    def public_record(self) -> IssuerRecord:
        """What a trust bundle holds of this issuer."""
        return self._record

    def issue(
        self,
        holder: PublicKey | None,
        product: str | int,
        valid_from: int,
        valid_until: int,
        *,
        rider: int = 0,
        area: int = 0,
        binding: Binding | None = None,
    ) -> bytes:
        """A signed ticket (level 1).

        `holder` is the key that will sign the moment; without one the ticket is a printed one (class none), else it is
        of class device unless `binding` says server. `product` is a fare_product_id or its number; times are UTC
        seconds, [valid_from, valid_until). Raises `ValueError` for claims that no reader would take, among them
        a rider category, area or binding for which the catalogue does not sell the product (`FaresRejected`), and
        `KeyRejected` for a holder's key that is weak or an issuer's.
        """
        if binding is None:
            binding = Binding.NONE if holder is None else Binding.DEVICE
        if holder is not None:
            admit(holder)
            if holder == self._record.key:
                raise ValueError("the holder's key must not be the issuer's")
        if not self._record.valid_from <= valid_from < valid_until <= self._record.valid_until:
            raise ValueError("a ticket must begin before it ends, and must not outlive its issuer's key")
        bought = self._product(product)
        self._catalogue.must_sell(bought, rider, area, binding)
        claims = Claims(self._numbers.next(), valid_from, valid_until, bought.number, rider, area, binding, holder)
        payload = cwt.encode_claims(claims)
        signature = self._signer.sign(cose.to_be_signed(self._protected, payload))
        return cwt.encode_ticket(self._protected, payload, signature)

    def _product(self, key: str | int) -> Product:
        product = self._catalogue.product(key)
        if product is None:
            raise ValueError(f"no product {key!r} in the catalogue")
        return product
