"""Files are written whole or not at all, whatever fails."""

import errno
import os
import random
import shutil
import stat
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from glassnet.errors import CheckpointError
from glassnet.model import safe_write
from glassnet.model.safe_write import write_file

OLD, NEW = b"old" * 1000, [b"new" * 1000, memoryview(b"and more")]
SIZE = sum(map(len, NEW))


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(OLD)
    return path


def failing(monkeypatch, name, code, after=0):
    """Let a function of `os` fail with an error number, from its call number `after` on."""
    real, calls = getattr(os, name), []

    def fail(*arguments, **named):
        calls.append(arguments)
        if len(calls) > after:
            raise OSError(code, os.strerror(code))
        return real(*arguments, **named)

    monkeypatch.setattr(os, name, fail)


def assert_old_and_alone(path):
    assert path.read_bytes() == OLD
    assert os.listdir(path.parent) == [path.name]


def test_a_file_takes_the_place_of_another(path):
    write_file(path, NEW, SIZE)
    assert path.read_bytes() == b"".join(NEW)
    assert os.listdir(path.parent) == [path.name]


def test_short_writes_are_continued(path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:7]))
    write_file(path, NEW, SIZE)
    assert path.read_bytes() == b"".join(NEW)


def test_the_permissions_stay(path):
    path.chmod(0o640)
    write_file(path, NEW, SIZE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_that_the_user_gives_files(tmp_path):
    old = os.umask(0o027)
    try:
        write_file(tmp_path / "new", NEW, SIZE)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_a_link_stays_a_link(path):
    link = path.with_name("latest")
    link.symlink_to(path)
    write_file(link, NEW, SIZE)
    assert link.is_symlink()
    assert path.read_bytes() == b"".join(NEW)


@pytest.mark.row(125, 126, 127)
@pytest.mark.parametrize("after", [0, 1])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO])
def test_a_write_that_fails_leaves_the_old_file(path, monkeypatch, code, after):
    failing(monkeypatch, "write", code, after)
    with pytest.raises(CheckpointError) as refused:
        write_file(path, NEW, SIZE)
    assert refused.value.errno == code
    assert_old_and_alone(path)


@pytest.mark.row(126, 127)
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("fsync", errno.EIO),
        ("fsync", errno.ENOSPC),
        ("close", errno.EDQUOT),
        ("replace", errno.EXDEV),
        ("replace", errno.EACCES),
        ("replace", errno.EROFS),
        ("open", errno.EROFS),
        ("open", errno.EACCES),
    ],
)
def test_every_step_that_fails_leaves_the_old_file(path, monkeypatch, name, code):
    with monkeypatch.context() as patch:
        failing(patch, name, code)
        with pytest.raises(CheckpointError) as refused:
            write_file(path, NEW, SIZE)
    assert refused.value.errno == code
    assert_old_and_alone(path)


@pytest.mark.row(125)
def test_the_error_names_the_path_the_bytes_and_what_to_do(path, monkeypatch):
    failing(monkeypatch, "write", errno.ENOSPC)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=1234))
    with pytest.raises(CheckpointError) as refused:
        write_file(path, NEW, SIZE)
    assert str(refused.value) == (
        f"'{path}' could not be written: No space left on device. What stood there is "
        "untouched.\n"
        "  expected   a folder in which 3,008 bytes can be written and kept\n"
        f"  received   No space left on device; 1,234 bytes are free in '{path.parent}'\n"
        "  to fix     free some space, or save on another disk"
    )


@pytest.mark.row(125)
@pytest.mark.parametrize("limit", [1, 100, 3000, 3007])
def test_a_real_limit_on_file_sizes(path, limit):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(CheckpointError) as refused:
            write_file(path, NEW, SIZE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.value.errno == errno.EFBIG
    assert_old_and_alone(path)


@pytest.mark.row(127)
def test_a_folder_that_is_not_there(tmp_path):
    path = tmp_path / "gone" / "model"
    with pytest.raises(CheckpointError, match="No such file or directory") as refused:
        write_file(path, NEW, SIZE)
    assert str(path) in refused.value.what
    assert refused.value.fix == "make the folder first"


@pytest.mark.row(127)
def test_a_folder_that_is_removed_meanwhile(tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()

    def parts():
        yield NEW[0]
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()

    with pytest.raises(CheckpointError, match="No such file or directory"):
        write_file(folder / "model", parts(), SIZE)


@pytest.mark.row(100, 127)
def test_what_is_no_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("/dev/null", tmp_path / "pipe", tmp_path, tmp_path / "loop", "a\0b"):
        with pytest.raises(CheckpointError):
            write_file(name, NEW, SIZE)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert sorted(os.listdir(tmp_path)) == ["loop", "pipe"]


@pytest.mark.row(127)
def test_a_file_that_another_program_holds_for_a_moment(path, monkeypatch):
    monkeypatch.setattr(safe_write, "ATTEMPTS", 3)
    monkeypatch.setattr(safe_write, "PAUSE", 0.0)
    real, left = os.replace, [1, 1]

    def busy(old, new):
        if left:
            left.pop()
            raise PermissionError(errno.EACCES, "in use")
        real(old, new)

    monkeypatch.setattr(os, "replace", busy)
    write_file(path, NEW, SIZE)
    assert path.read_bytes() == b"".join(NEW)
    left[:] = [1] * 3
    with pytest.raises(CheckpointError, match="in use"):
        write_file(path, NEW, SIZE)


@pytest.mark.row(123)
def test_an_interrupt_leaves_the_old_file(path):
    def parts():
        yield NEW[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_file(path, parts(), SIZE)
    assert_old_and_alone(path)


@pytest.mark.row(124)
def test_the_bytes_are_on_the_disk_before_the_name_and_the_name_before_the_end(path, monkeypatch):
    steps = []

    def recorded(name):
        real = getattr(os, name)

        def step(first, *rest):
            folder = name == "fsync" and stat.S_ISDIR(os.fstat(first).st_mode)
            steps.append(f"{name} folder" if folder else name)
            return real(first, *rest)

        return step

    for name in ("write", "fsync", "close", "replace"):
        monkeypatch.setattr(os, name, recorded(name))
    write_file(path, NEW, SIZE)
    assert steps == [
        *("write", "write", "fsync", "close"),
        *("replace", "fsync folder", "close"),
    ]


@pytest.mark.row(126)
def test_a_folder_that_cannot_be_forced_to_the_disk(path, monkeypatch):
    with monkeypatch.context() as patch:
        failing(patch, "fsync", errno.EIO, after=1)
        with pytest.raises(CheckpointError, match="was written, but the folder") as refused:
            write_file(path, NEW, SIZE)
    assert refused.value.fix.startswith("save again on a sound disk")
    failing(monkeypatch, "fsync", errno.EINVAL, after=1)
    write_file(path, NEW, SIZE)
    assert path.read_bytes() == b"".join(NEW)


LOOP = """
import sys
from glassnet.model.safe_write import write_file
path, contents = sys.argv[1], [bytes([i]) * 300_000 for i in (1, 2)]
print("ready", flush=True)
while True:
    for content in contents:
        view = memoryview(content)
        write_file(path, (view[i : i + 10_000] for i in range(0, 300_000, 10_000)), 300_000)
"""


@pytest.mark.row(122)
def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path):
    path, wait = tmp_path / "model", random.Random(5)
    write_file(path, [b"\1" * 300_000], 300_000)
    for _ in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", LOOP, str(path)], stdout=subprocess.PIPE
        ) as saving:
            saving.stdout.readline()
            time.sleep(wait.uniform(0.0, 0.05))
            saving.kill()
        assert path.read_bytes() in (b"\1" * 300_000, b"\2" * 300_000)
