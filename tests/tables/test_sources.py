"""Paths that lead to no file, and files whose bytes are not a plain table."""

import os
import stat
from pathlib import Path

import pytest

from glassnet.errors import DataError, ResourceLimitError, UnreadableFile
from glassnet.tables import Limits, read_table


@pytest.mark.row(100)
@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda path: None, "No such file or directory"),
        (lambda path: path.mkdir(), "is a directory, not a file"),
        (lambda path: os.mkfifo(path), "is a pipe, socket or device, not a file"),
        (lambda path: path.symlink_to(path), "symbolic links"),
    ],
)
def test_a_path_that_is_no_file_is_an_os_error_with_the_path(tmp_path, make, text):
    path = tmp_path / "boats.csv"
    make(path)
    with pytest.raises(OSError, match=text) as caught:
        read_table(path)
    assert isinstance(caught.value, UnreadableFile)
    assert str(path) in str(caught.value)
    assert "to fix" in str(caught.value)


@pytest.mark.row(100)
def test_a_file_without_permission_is_an_os_error(tmp_path, monkeypatch):
    path = tmp_path / "boats.csv"
    path.write_text("a,b\n1,2\n")

    def refuse(*_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadableFile, match=r"boats\.csv' cannot be read: Permission denied"):
        read_table(path)


@pytest.mark.row(100)
def test_a_path_with_a_nul_character_is_an_os_error():
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_table("boats\0.csv")


@pytest.mark.row(100)
@pytest.mark.skipif(not stat.S_ISCHR(os.stat(os.devnull).st_mode), reason="no device")
def test_a_device_is_not_read():
    with pytest.raises(UnreadableFile, match="pipe, socket or device"):
        read_table(os.devnull)


def test_an_empty_file_is_named(tmp_path):
    path = tmp_path / "boats.csv"
    path.touch()
    with pytest.raises(DataError, match=r"boats\.csv is empty\.\n.*\n  received   0 bytes"):
        read_table(path)


@pytest.mark.row(104)
def test_a_file_beyond_the_limit_names_the_limit(tmp_path):
    path = tmp_path / "boats.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ResourceLimitError, match=r"at most 7 bytes \(limit file_bytes\)") as caught:
        read_table(path, limits=Limits(file_bytes=7))
    assert "8 bytes" in caught.value.received
    assert "Limits(file_bytes=8)" in caught.value.fix
