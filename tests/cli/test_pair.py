"""A small table with classes: every command takes the model of two networks."""

import re

import polars as pl
import pytest
from tests.cli.conftest import boats, glassnet

import glassnet as gn
from glassnet.cli.experiment import ended


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("pair"))
        pl.concat([boats()] * 3).write_csv("boats.csv")
        yield


def train(*options):
    return glassnet("train", "boats.csv", "--target", "licence", "--epochs", 2, *options)


def test_training_says_that_there_are_two_and_every_command_takes_the_model():
    done = train()
    assert (done.code, done.err) == (0, "")
    assert "the mean of two that read numbers coarsely and finely, each" in done.out
    assert re.search(r"  time +\d+\.\d s, each network: all 2 epochs; then 2 anew on the", done.out)
    model = gn.load("boats.safetensors")
    assert {name.split(".")[0] for name in model.parameters} == {"member1", "member2"}
    for command in (
        *(
            ("predict", "boats.csv"),
            ("evaluate", "boats.csv"),
            ("explain", "boats.csv", "--row", 3),
        ),
        *(("step", "boats.csv", "--updates", 1), ("diagnose", "boats.csv")),
    ):
        name, *rest = command
        assert glassnet(name, "boats.safetensors", *rest).code == 0
    assert (
        "A_mean[0] = (member1.A[3] + member2.A[3]) / 2"
        in glassnet("explain", "boats.safetensors").out
    )


def test_the_json_object_counts_both():
    told = train("--json").told
    parameters = gn.load(told["model"]).parameters
    assert told["parameters"] == sum(W.size for W in parameters.values())
    assert len(parameters) == 12


def test_layers_that_are_asked_for_are_the_network():
    train("--hidden", 4)
    assert gn.load("boats.safetensors").network.layers[0] == gn.Dense(4)


class Ended:
    anew = None

    def __init__(self, stopped):
        self.result = self
        self.stopped, self.history, self.best_epoch = stopped, [None] * 3, 1


def test_how_each_ended_where_they_differ():
    assert ended([Ended("epochs"), Ended("interrupted")]) == (
        "coarse network: all 3 epochs; the parameters of epoch 2 are kept;"
        " fine network: interrupted in epoch 4, left out"
    )
