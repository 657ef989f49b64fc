"""A disk that promises only what was synced. Of the rest a power cut keeps, drops, tears or reorders what it likes.

Sectors of 512 bytes are written whole or garbled; a write never harms bytes outside its own range (SQLite's
"powersafe overwrite"). Directory entries reach the disk in order. A file's first sync makes its entry durable, for
SQLite syncs the directory then, and the file systems of a reader do so anyway.
"""

from dataclasses import dataclass, field

SECTOR = 512


@dataclass
class Inode:
    synced: bytearray = field(default_factory=bytearray)
    pending: list = field(default_factory=list)

    def sync(self):
        for op in self.pending:
            _apply(self.synced, op.kind, op.offset, op.data)
        self.pending.clear()


class Disk:
    def __init__(self):
        self.entries, self.now = {}, {}
        self.pending = []
        """Changes of the directory that are not on disk yet: (name, inode or None)."""

    def issue(self, op):
        if op.kind == "create":
            self._enter(op.name, Inode())
        elif op.kind == "delete":
            self._enter(op.name, None)
            if op.offset:
                self._sync_directory(len(self.pending))
        elif op.kind == "sync":
            inode = self.now[op.name]
            inode.sync()
            places = [place for place, (_, entry) in enumerate(self.pending) if entry is inode]
            self._sync_directory(places[0] + 1 if places else 0)
        elif op.kind == "failed-sync":
            self.now[op.name].pending.clear()  # Linux may drop the pages and never say so again
        elif op.kind in ("write", "truncate"):
            self.now[op.name].pending.append(op)

    def _enter(self, name, inode):
        self.now[name] = inode
        self.pending.append((name, inode))

    def _sync_directory(self, count):
        self.entries.update(self.pending[:count])
        del self.pending[:count]

    def cut(self, chance):
        """The files that may be found after the power is back: name -> bytes. `chance` is a `random.Random`."""
        entries = dict(self.entries)
        entries.update(self.pending[: chance.randint(0, len(self.pending))])
        return {name: bytes(_survives(inode, chance)) for name, inode in sorted(entries.items()) if inode is not None}


def _survives(inode, chance):
    content = bytearray(inode.synced)
    keep = chance.choice((_none, _all, _prefix, _writes, _sectors, _garbled))
    for kind, offset, data in keep(list(_fragments(inode.pending)), chance):
        _apply(content, kind, offset, data)
    return content


def _fragments(ops):
    """(number of the op, kind, offset, data): writes cut at sector boundaries."""
    for number, op in enumerate(ops):
        if op.kind == "truncate":
            yield number, "truncate", op.offset, b""
            continue
        start = 0
        while start < len(op.data):
            end = start + SECTOR - (op.offset + start) % SECTOR
            yield number, "write", op.offset + start, op.data[start:end]
            start = end


def _none(_fragments, _chance):
    return []


def _all(fragments, _chance):
    return [fragment[1:] for fragment in fragments]


def _prefix(fragments, chance):
    """In order, the last sector torn."""
    kept = [fragment[1:] for fragment in fragments[: chance.randint(0, len(fragments))]]
    if kept:
        kind, offset, data = kept.pop()
        kept.append((kind, offset, data[: chance.randint(0, len(data))]))
    return kept


def _writes(fragments, chance):
    """Whole writes, any of them: reordered, then cut."""
    kept = {number for number, *_ in fragments if chance.random() < 0.5}
    return [fragment[1:] for fragment in fragments if fragment[0] in kept]


def _sectors(fragments, chance):
    share = chance.random()
    return [fragment[1:] for fragment in fragments if chance.random() < share]


def _garbled(fragments, chance):
    """Sectors that were being written hold their data, noise, zeros, or what was there."""
    kept = []
    for _, kind, offset, data in fragments:
        fate = chance.randrange(4)
        if fate == 0:
            kept.append((kind, offset, data))
        elif fate == 1:
            kept.append((kind, offset, chance.randbytes(len(data))))
        elif fate == 2:
            kept.append((kind, offset, bytes(len(data))))
    return kept


def _apply(content, kind, offset, data):
    if kind == "truncate":
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data
