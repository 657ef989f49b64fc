"""How does a run differ from an older one? Ratios where there is a peer, so that the machine's mood cancels out."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

NOTABLE: Final = 0.15
"""A change of more than this share is more than noise."""


class Change(NamedTuple):
    """`share` is how much faster it became; negative: slower."""

    question: str
    contender: str
    before: float
    after: float
    share: float
    kind: str

    @property
    def notable(self) -> bool:
        return abs(self.share) > NOTABLE


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What both runs, as `Run.as_dict` gives them, have measured. Raises `ValueError` when `old` is no run."""
    try:
        before = {(one["question"], one["contender"]): one for one in old["answers"]}
        found = []
        for one in new["answers"]:
            other = before.get((one["question"], one["contender"]))
            if other is None or one["contender"] == one["peer"]:
                continue
            if one["ratio"] and other["ratio"]:
                share = one["ratio"] / other["ratio"] - 1
                found.append(_change(one, other["ratio"], one["ratio"], share, "ratio"))
            else:
                found.append(_change(one, other["us"], one["us"], other["us"] / one["us"] - 1, "µs"))
    except (KeyError, TypeError, ZeroDivisionError) as error:
        raise ValueError(f"not a run of this benchmark: {error!r}") from None
    return found


def _change(one: Mapping[str, Any], before: float, after: float, share: float, kind: str) -> Change:
    return Change(one["question"], one["contender"], before, after, share, kind)
