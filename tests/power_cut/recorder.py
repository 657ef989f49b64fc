"""A SQLite VFS that logs every write, sync, truncation, creation and deletion, and the store run over it."""

import sqlite3
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw


@dataclass(frozen=True)
class Op:
    """One step of the log. `kind` is create, write, truncate, sync, failed-sync, delete; or ack: a caller was told."""

    kind: str
    name: str
    offset: int = 0
    """Of a write; the new size of a truncation; 1 where a deletion syncs its directory."""
    data: bytes = b""


class Recorder(apsw.VFS):
    """`fails` is asked before every write, truncation and sync: true, and it ends in an I/O error."""

    def __init__(self, log, fails: Callable[[], bool] = lambda: False):
        self.log, self.fails = log, fails
        super().__init__("recorder", "")

    def xOpen(self, name, flags):  # noqa: N802  SQLite's name
        return RecordedFile(self, name, flags)

    def xDelete(self, name, syncdir):  # noqa: N802
        super().xDelete(name, syncdir)
        self.log.append(Op("delete", Path(name).name, int(syncdir)))


class RecordedFile(apsw.VFSFile):
    def __init__(self, recorder, name, flags):
        path = Path(name.filename() if isinstance(name, apsw.URIFilename) else name)
        self.log, self.fails, self.name = recorder.log, recorder.fails, path.name
        new = not path.exists()
        super().__init__("", name, flags)
        if new:
            self.log.append(Op("create", self.name))

    def xWrite(self, data, offset):  # noqa: N802
        self._fail()
        super().xWrite(data, offset)
        self.log.append(Op("write", self.name, offset, bytes(data)))

    def xTruncate(self, size):  # noqa: N802
        self._fail()
        super().xTruncate(size)
        self.log.append(Op("truncate", self.name, size))

    def xSync(self, flags):  # noqa: N802
        if self.fails():
            self.log.append(Op("failed-sync", self.name))
            raise apsw.IOError("planned")
        super().xSync(flags)
        self.log.append(Op("sync", self.name))

    def _fail(self):
        if self.fails():
            raise apsw.IOError("planned")


class Connection:
    """As much of `sqlite3.Connection` as the store uses, over the recorder. `pragmas` follow the store's own."""

    def __init__(self, path, pragmas):
        with _errors():
            self._db = apsw.Connection(str(path), vfs="recorder")
        self._pragmas = pragmas

    def execute(self, sql, values=()):
        sql = self._pragmas.get(sql, sql)
        with _errors():
            return Cursor(self._db, self._db.cursor().execute(sql, values))

    def close(self):
        with _errors():
            self._db.close()


@contextmanager
def _errors():
    try:
        yield
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise sqlite3.DatabaseError(str(error)) from error
    except apsw.Error as error:
        raise sqlite3.OperationalError(str(error)) from error


class Cursor:
    def __init__(self, db, cursor):
        self._cursor = cursor
        self.rowcount = db.changes()
        self.fetchall = cursor.fetchall

    def __iter__(self):
        return iter(self._cursor)

    def fetchone(self):
        """The first row; the statement ends with it, as in sqlite3 once its cursor is dropped."""
        row = self._cursor.fetchone()
        self._cursor.close()
        return row
