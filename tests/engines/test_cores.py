"""How many threads a process may use."""

import os
from pathlib import Path

import pytest

from glassnet.engines import cores as module
from glassnet.engines.cores import cores


def as_told(monkeypatch, affinity=8, container=8):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(module, "_affinity", lambda: affinity)
    monkeypatch.setattr(module, "_container", lambda: container)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)


def test_the_least_of_the_limits_counts(monkeypatch):
    as_told(monkeypatch, affinity=6, container=4)
    assert cores() == 4
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert cores() == 3


@pytest.mark.parametrize(
    ("asked", "expected"), [("2", 2), ("2,4", 2), ("0", 8), ("many", 8), ("", 8), ("64", 8)]
)
def test_what_the_environment_asks_for(monkeypatch, asked, expected):
    as_told(monkeypatch)
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert cores() == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"cpu.max": "150000 100000"}, 2),
        ({"cpu.max": "max 100000"}, 8),
        ({"cpu.cfs_quota_us": "300000", "cpu.cfs_period_us": "100000"}, 3),
        ({"cpu.cfs_quota_us": "-1", "cpu.cfs_period_us": "100000"}, 8),
        ({}, 8),
    ],
    ids=str,
)
def test_the_share_of_a_container(monkeypatch, tmp_path: Path, files, expected):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    quotas = (("cpu.max", None), ("cpu.cfs_quota_us", "cpu.cfs_period_us"))
    monkeypatch.setattr(module, "_QUOTAS", [(tmp_path / a, b and tmp_path / b) for a, b in quotas])
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert module._container.__wrapped__() == expected


def threads_of_a_worker(_):
    return cores()


@pytest.mark.row(133)
def test_the_workers_of_joblib_share_the_machine(monkeypatch):
    joblib = pytest.importorskip("joblib")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    jobs = 2
    found = joblib.Parallel(n_jobs=jobs, backend="loky")(
        joblib.delayed(threads_of_a_worker)(k) for k in range(2)
    )
    assert max(found) <= max(1, joblib.cpu_count() // jobs)
