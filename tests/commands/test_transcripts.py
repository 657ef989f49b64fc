"""The sessions in tests/transcripts, run in a real shell."""

from pathlib import Path

import pytest

from tests.commands import transcript

FILES = sorted((transcript.ROOT / "tests" / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_session_prints_what_its_transcript_says(path: Path, tmp_path: Path) -> None:
    steps = transcript.read(path)
    for step, printed in zip(steps, transcript.run(steps, tmp_path), strict=True):
        assert transcript.matches(step.expected, printed), f"$ {step.command}\n" + "\n".join(printed)


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        (["a…c"], ["abc"], True),
        (["a…c"], ["abd"], False),
        (["a", "…", "d"], ["a", "b", "c", "d"], True),
        (["a", "…"], ["a"], True),
        (["a"], ["a", "b"], False),
        ([], ["a"], False),
        (["(a)"], ["(a)"], True),
    ],
)
def test_the_comparison_itself(expected: list[str], printed: list[str], same: bool) -> None:
    assert transcript.matches(expected, printed) is same
