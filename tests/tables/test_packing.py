"""Packed tables: gzip, a zip archive of one file, and all that is refused."""

import gzip
import io
import re
import stat
import tarfile
import warnings
import zipfile
from contextlib import suppress

import polars as pl
import pytest

from glassnet.errors import DataError, GlassnetError, ResourceLimitError
from glassnet.tables import Limits, read_table

TABLE = b"a,b\n1,x\n"


def zipped(members, how=zipfile.ZIP_DEFLATED):
    """The bytes of a zip archive of members, (name or ZipInfo, content)."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", how) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that stand twice
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def link(name):
    made = zipfile.ZipInfo(name)
    made.create_system, made.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return made


def encrypted():
    """An archive that says that its one file is encrypted."""
    packed = bytearray(zipped([("boats.csv", TABLE)]))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(mark) + at] |= 1
    return bytes(packed)


def tarred():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        info = tarfile.TarInfo("boats.csv")
        info.size = len(TABLE)
        archive.addfile(info, io.BytesIO(TABLE))
    return packed.getvalue()


def parquet():
    made = io.BytesIO()
    pl.DataFrame({"a": [1]}).write_parquet(made)
    return made.getvalue()


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
@pytest.mark.parametrize(
    "beside", [[], [("folder/", b""), ("__MACOSX/._boats.csv", b"\0"), ("folder/.DS_Store", b"")]]
)
def test_the_one_table_in_a_zip_archive_is_read(tmp_path, how, beside):
    path = tmp_path / "boats.csv"
    path.write_bytes(zipped([*beside, ("folder/boats.csv", TABLE)], how))
    assert read_table(path).rows() == [(1, "x")]


def test_an_error_in_a_packed_table_has_its_line(tmp_path):
    path = tmp_path / "boats.zip"
    path.write_bytes(zipped([("boats.csv", TABLE + b"2\n")]))
    with pytest.raises(DataError, match=r"boats\.zip, line 3: too few fields"):
        read_table(path)


HOSTILE = {
    "the same name twice: 'a.csv'": zipped([("a.csv", TABLE), ("a.csv", TABLE)]),
    "names outside the archive: '../a.csv'": zipped([("../a.csv", TABLE)]),
    "names outside the archive: '/etc/a.csv'": zipped([("/etc/a.csv", TABLE)]),
    r"names outside the archive: 'a\\\\..\\\\b.csv'": zipped([("a\\..\\b.csv", TABLE)]),
    "names outside the archive: 'C:/a.csv'": zipped([("C:/a.csv", TABLE)]),
    "links: 'a.csv'": zipped([("b.csv", TABLE), (link("a.csv"), "b.csv")]),
    "encrypted files: 'boats.csv'": encrypted(),
    "zip archive of 0 files": zipped([]),
    "zip archive of 2 files: .*\n.*\n  received   'a.csv', 'b.csv'": zipped(
        [("a.csv", TABLE), ("b.csv", TABLE)]
    ),
    "is an Excel workbook": zipped([("[Content_Types].xml", b""), ("xl/workbook.xml", b"")]),
    "zip archive with a zip archive inside": zipped([("a.csv", zipped([("a.csv", TABLE)]))]),
    "zip archive with a gzip file inside": zipped([("a.csv", gzip.compress(TABLE))]),
    "zip archive with a Parquet file inside": zipped([("a.parquet", parquet())]),
    "gzip file with a tar archive inside": gzip.compress(tarred()),
    "those of a tar archive": tarred(),
    "those of a xz file": b"\xfd7zXZ and more",
    "those of a HDF5 file": b"\x89HDF and more",
}


@pytest.mark.row(108)
@pytest.mark.parametrize("fault", HOSTILE)
def test_an_archive_with_something_to_hide_is_refused(tmp_path, fault):
    path = tmp_path / "boats.zip"
    path.write_bytes(HOSTILE[fault])
    with pytest.raises(DataError, match=fault) as caught:
        read_table(path)
    assert "boats.zip" in caught.value.what
    assert caught.value.fix


@pytest.mark.row(108)
def test_an_archive_of_too_many_files_is_refused_with_the_limit(tmp_path):
    path = tmp_path / "boats.zip"
    path.write_bytes(zipped([(f"{number}.csv", TABLE) for number in range(7)]))
    with pytest.raises(ResourceLimitError, match=r"at most 5 \(limit archive_members\)"):
        read_table(path, limits=Limits(archive_members=5))


@pytest.mark.row(108)
@pytest.mark.parametrize("how", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_zip_bomb_is_refused_with_its_ratio(tmp_path, how):
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped([("bomb.csv", b"a,b\n" + b"1,2\n" * 2_000_000)], how))
    with pytest.raises(
        ResourceLimitError, match=r"at most 100 times the file \(limit unpacked_ratio\)"
    ) as caught:
        read_table(path)
    assert re.match(r"[\d,]+ times: [\d,]+ bytes from [\d,]+", caught.value.received)
    with pytest.raises(ResourceLimitError, match="limit unpacked_bytes"):
        read_table(path, limits=Limits(unpacked_bytes=2**16))


@pytest.mark.row(108)
def test_a_damaged_zip_archive_is_refused_wherever_it_is_cut_or_changed(tmp_path):
    whole = zipped([("boats.csv", TABLE * 9)])
    path = tmp_path / "boats.zip"
    for cut in range(4, len(whole)):
        path.write_bytes(whole[:cut])
        with pytest.raises(DataError, match=r"boats\.zip is a damaged zip archive"):
            read_table(path)
    for place in range(4, len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        path.write_bytes(changed)
        with suppress(GlassnetError):  # no other error, and no hang
            read_table(path)


def test_gzip_is_found_by_content_not_by_name(tmp_path):
    path = tmp_path / "boats.csv"
    path.write_bytes(gzip.compress(b"a\tb\n1\tx\n"))
    assert read_table(path).rows() == [(1, "x")]


@pytest.mark.row(108)
def test_a_gzip_bomb_is_refused_with_its_ratio(tmp_path):
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 2_000_000))
    with pytest.raises(
        ResourceLimitError, match=r"at most 100 times the file \(limit unpacked_ratio\)"
    ) as caught:
        read_table(path)
    assert re.match(r"\d{3} times: [\d,]+ bytes from [\d,]+", caught.value.received)


@pytest.mark.row(108)
def test_gzip_content_beyond_the_limit_is_refused(tmp_path):
    path = tmp_path / "boats.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 97))
    with pytest.raises(
        ResourceLimitError, match=r"at most 101 bytes of content \(limit unpacked_b"
    ):
        read_table(path, limits=Limits(unpacked_bytes=101))


@pytest.mark.row(108)
def test_gzip_inside_gzip_is_refused(tmp_path):
    path = tmp_path / "boats.csv.gz"
    path.write_bytes(gzip.compress(gzip.compress(b"a,b\n1,2\n")))
    with pytest.raises(DataError, match=r"boats\.csv\.gz is a gzip file with a gzip file inside"):
        read_table(path)


@pytest.mark.row(108)
@pytest.mark.parametrize("cut", [3, 11, 29, -1])
def test_a_truncated_gzip_file_is_refused(tmp_path, cut):
    path = tmp_path / "boats.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 97)[:cut])
    with pytest.raises(DataError, match=r"boats\.csv\.gz is a damaged gzip file"):
        read_table(path)
