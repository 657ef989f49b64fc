"""What is built, what is refused, and that it runs where nothing may be compiled."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hanoi_ticket.native import answers, build, cache, library, selftest
from hanoi_ticket.native.cache import NativeRefused
from hanoi_ticket.native.kernels import Kernels
from hanoi_ticket.native.lanes import Lanes
from hanoi_ticket.native.trust import PAYS_AFTER

SRC = Path(cache.__file__).parents[2]
AS_SYSTEMD_DOES = """
import ctypes, errno, sys
from pathlib import Path
REFUSE_EXEC_GAIN, SET_MDWE = 1, 65
if ctypes.CDLL(None, use_errno=True).prctl(SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0):
    sys.exit(77 if ctypes.get_errno() == errno.EINVAL else 1)
from hanoi_ticket.native import library
kernels = library.load(Path(sys.argv[1]))
assert kernels.name.startswith("native-")
assert not {"numba", "llvmlite", "numpy"} & set(sys.modules)
"""


@pytest.fixture
def copy(place: Path, tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return Path(shutil.copytree(place, tmp_path / "library"))


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(SRC), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_needs_two_functions_of_the_system_and_nothing_else(place):
    nm = shutil.which("nm")
    if nm is None:
        pytest.skip("no nm here to list symbols")
    listed = subprocess.run([nm, "-D", "-u", str(place / cache.LIBRARY)], capture_output=True, text=True, check=True)
    assert {line.split()[-1].split("@")[0] for line in listed.stdout.splitlines()} <= {"memcpy", "memset"}


def test_it_runs_where_no_memory_becomes_executable(place):
    result = run("-c", AS_SYSTEMD_DOES, str(place))
    if result.returncode == 77:
        pytest.skip("this kernel has no PR_SET_MDWE")
    assert result.returncode == 0, result.stderr


def test_every_variant_that_this_processor_runs_gives_the_known_answers(place):
    ffi = library._interface(place)
    opened = library._opened(ffi, place)
    level = opened.processor_level() if hasattr(opened, "processor_level") else 0
    for suffix in set(library.SCALAR[: level + 1]):
        selftest.must_pass(library.kernels_of(ffi, opened, suffix))


def test_a_good_copy_is_loaded(copy):
    assert library.load(copy).name.startswith("native-")


def test_nothing_there(tmp_path):
    with pytest.raises(NativeRefused, match=r"no library at .*hint: hanoi-ticket warmup"):
        library.load(tmp_path / "nowhere")


@pytest.mark.parametrize("name", [cache.LIBRARY, cache.INTERFACE, cache.SUMS])
def test_a_file_that_others_may_write(copy, name):
    (copy / name).chmod(0o720)
    with pytest.raises(NativeRefused, match=f"others can write to .*{name}"):
        library.load(copy)


def test_a_directory_that_others_may_write(copy):
    copy.chmod(0o777)
    with pytest.raises(NativeRefused, match=r"others can write to .*library"):
        library.load(copy)


def test_a_directory_above_that_others_may_write(copy):
    copy.parent.chmod(0o770)
    with pytest.raises(NativeRefused, match=r"others can write to .*, and so replace"):
        library.load(copy)
    copy.parent.chmod(0o1777)
    assert library.load(copy)


@pytest.mark.parametrize("name", [cache.LIBRARY, cache.INTERFACE])
def test_a_changed_file(copy, name):
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    with pytest.raises(NativeRefused, match=f"{name} is not the file that was built"):
        library.load(copy)


@pytest.mark.parametrize("name", [cache.LIBRARY, cache.INTERFACE, cache.SUMS])
def test_a_link_in_place_of_a_file(copy, name, tmp_path):
    (copy / name).rename(tmp_path / "elsewhere")
    (copy / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NativeRefused, match=name):
        library.load(copy)


def test_a_link_in_place_of_the_directory(copy, tmp_path):
    (tmp_path / "link").symlink_to(copy)
    with pytest.raises(NativeRefused, match="is a symbolic link"):
        library.load(tmp_path / "link")


@pytest.mark.parametrize("name", [cache.LIBRARY, cache.INTERFACE, cache.SUMS])
def test_a_missing_file(copy, name):
    (copy / name).unlink()
    with pytest.raises(NativeRefused, match=name):
        library.load(copy)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_somebody_else(copy):
    os.chown(copy / cache.LIBRARY, 12345, 12345)
    with pytest.raises(NativeRefused, match="belongs to user 12345"):
        library.load(copy)


def test_a_library_that_is_none_is_refused_though_its_sum_is_right(copy):
    (copy / cache.LIBRARY).write_bytes(b"not ELF")
    build._write_sums(copy)
    with pytest.raises(NativeRefused, match=cache.LIBRARY):
        library.load(copy)


def test_lanes_that_answer_wrongly_are_left_alone(native, monkeypatch):
    if not native.has_lanes:
        pytest.skip("this processor has no lanes")
    key, message, signature = answers.SIGNED["EdDSA"]
    monkeypatch.setattr(Lanes, "answer_rightly", lambda _: False)
    kernels = Kernels("doubtful", native.ffi, native.entries, lanes=True)
    assert kernels.verify_many("EdDSA", [key], [message], [signature]) == [True]
    assert kernels.lanes is None


@pytest.mark.parametrize("alg", ["EdDSA", "ES256"])
def test_one_signature_goes_over_the_lanes_once_they_pay(native, monkeypatch, alg):
    if native.lanes is None:
        pytest.skip("this processor has no lanes")
    taken, verify_one = [], Lanes.verify_one
    monkeypatch.setattr(Lanes, "verify_one", lambda *one: taken.append(one) or verify_one(*one))
    kernels = Kernels("fresh", native.ffi, native.entries, lanes=True)
    key, message, signature = answers.SIGNED[alg]
    right, wrong = (key, message, signature), (key, message, signature[::-1])
    before = [kernels.verify(alg, *one) for one in (right, wrong) * (PAYS_AFTER // 2)]
    assert before == [True, False] * (PAYS_AFTER // 2)
    assert "lanes" not in vars(kernels)  # the first calls wait for no table
    assert not taken
    assert [kernels.verify(alg, *one) for one in (right, wrong)] == [True, False]
    assert taken[-1][2:] == wrong


@pytest.mark.parametrize("alg", ["EdDSA", "ES256"])
def test_a_lone_check_that_answers_wrongly_sets_the_lanes_off(native, monkeypatch, alg):
    if not native.has_lanes:
        pytest.skip("this processor has no lanes")
    verify_one = Lanes.verify_one
    monkeypatch.setattr(Lanes, "verify_one", lambda lanes, asked, *one: asked == alg or verify_one(lanes, asked, *one))
    kernels = Kernels("doubtful", native.ffi, native.entries, lanes=True)
    assert kernels.lanes is None
    key, message, signature = answers.SIGNED[alg]
    assert not any(kernels.verify(alg, key, message, signature[::-1]) for _ in range(PAYS_AFTER + 1))


@pytest.mark.parametrize("alg", ["EdDSA", "ES256"])
def test_wrong_answers_are_noticed(native, alg):
    class Gullible:
        name = "gullible"

        def verify(self, asked, *arguments):
            return asked == alg or native.verify(asked, *arguments)

    with pytest.raises(NativeRefused, match=f"gullible fails its self-test of {alg}"):
        selftest.must_pass(Gullible())


def test_the_name_follows_the_sources(monkeypatch, tmp_path):
    before = cache.digest()
    shutil.copytree(Path(cache._PACKAGE) / "kernels", tmp_path / "kernels")
    shutil.copytree(Path(cache._PACKAGE) / "native", tmp_path / "native")
    monkeypatch.setattr(cache, "_PACKAGE", tmp_path)
    assert cache.digest() == before
    with (tmp_path / "kernels" / "sha2.py").open("a") as file:
        file.write("\n")
    assert cache.digest() != before


def test_without_a_linker_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(NativeRefused, match=r"hint: pip install 'hanoi-ticket\[linker\]'"):
        build.linker()


def test_zig_links_as_well(tmp_path, monkeypatch):
    pytest.importorskip("ziglang")
    (tmp_path / "one.s").write_text(".globl one\none: ret\n")
    monkeypatch.setenv("PATH", "")
    command = build.linker()
    assert command[1:4] == ["-m", "ziglang", "ld.lld"]
    monkeypatch.undo()
    assemble = [sys.executable, "-m", "ziglang", "cc", "-c", "-o", str(tmp_path / "one.o"), str(tmp_path / "one.s")]
    subprocess.run(assemble, check=True, env={**os.environ, "ZIG_GLOBAL_CACHE_DIR": str(tmp_path / "zig")})
    build_it = [*command, "-o", str(tmp_path / "one.so"), str(tmp_path / "one.o")]
    subprocess.run(build_it, check=True)
    assert (tmp_path / "one.so").read_bytes()[:4] == b"\x7fELF"


def test_a_compiler_that_fails_has_the_last_word(monkeypatch, tmp_path):
    (tmp_path / "numba.py").write_text("raise SystemExit('this numba compiles nothing')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    said: list[str] = []
    with pytest.raises(NativeRefused, match="could not be built: this numba compiles nothing"):
        build.build(tmp_path / "native" / "library", said.append)
    assert said == ["this numba compiles nothing"] * len(build._ROOMS)
    assert list((tmp_path / "native").iterdir()) == []
