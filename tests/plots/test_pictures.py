"""What the pictures show: the numbers behind the lines, and that every network can be drawn."""

import numpy as np
import pytest
from tests.silent_layer import Convolution

import glassnet as gn
from glassnet.errors import DataError, HyperparameterError

mpl = pytest.importorskip("matplotlib")

M = 31
X = np.random.default_rng(0).normal(size=(2, M))
Y = (X.prod(axis=0, keepdims=True) > 0) * 1.0
NETWORK = gn.Network(
    [gn.Dense(5), gn.Tanh(), gn.Dense(3), gn.ReLU(), gn.Dense(1), gn.Sigmoid()],
    gn.BinaryCrossEntropy(),
)
PARAMETERS = NETWORK.initialize((2,), 1)


def lines(picture, panel=0):
    """The lines of a panel by their labels."""
    axes = picture.figure.axes[panel]
    return {line.get_label(): np.array(line.get_data()) for line in axes.lines}


def texts(picture):
    found = [text.get_text() for axes in picture.figure.axes for text in axes.texts]
    found += [axes.get_title(loc) for axes in picture.figure.axes for loc in ("left", "center")]
    return [text for text in found if text]


def overlap(picture):
    """Pairs of words in the first panel that cover each other when the picture is drawn."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(picture.figure)
    canvas.draw()
    shown = [text for text in picture.figure.axes[0].texts if text.get_text()]
    boxes = [text.get_window_extent(canvas.get_renderer()).shrunk(0.95, 0.8) for text in shown]
    return [
        (a.get_text(), b.get_text())
        for i, (a, box) in enumerate(zip(shown, boxes, strict=True))
        for b, other in zip(shown[i + 1 :], boxes[i + 1 :], strict=True)
        if box.overlaps(other)
    ]


@pytest.mark.parametrize(
    "g",
    [gn.Sigmoid(), gn.Tanh(), gn.ReLU(), gn.LeakyReLU(), gn.GELU(), gn.Softmax(), gn.Identity()],
)
def test_an_activation_and_its_slope(g):
    shown = lines(gn.plots.activation(g, -4, 4))
    z, a = shown["a = g(z)"]
    _, slope = shown["g′(z)"]
    inside = np.abs(z) > 0.05
    np.testing.assert_allclose(np.gradient(a, z)[inside], slope[inside], atol=0.01)


def test_saturation_is_marked_at_the_ends_alone():
    (area,) = gn.plots.activation(gn.Sigmoid()).figure.axes[0].collections
    edges = np.concatenate([path.vertices[:, 0] for path in area.get_paths()])
    # σ′ is a twentieth of ¼ at |z| = 4.36.
    assert np.abs(edges).min() == pytest.approx(4.36, abs=0.03)
    (area,) = gn.plots.activation(gn.GELU()).figure.axes[0].collections
    assert max(path.vertices[:, 0].max() for path in area.get_paths()) < -2
    (area,) = gn.plots.activation(gn.Identity()).figure.axes[0].collections
    assert not area.get_paths()


def test_costs_are_those_of_the_history():
    result = gn.train(NETWORK, X, Y, validation=(X, Y), epochs=9)
    shown = lines(gn.plots.costs(result))
    np.testing.assert_array_equal(shown["training rows"][1], result.history["cost"])
    np.testing.assert_array_equal(shown["validation rows"][1], result.history["validation_cost"])
    assert shown["training rows"][0].tolist() == list(range(1, 10))
    both = lines(gn.plots.costs(a=result, b=result.history))
    assert {"a", "b", "a, validation"} <= set(both)


def test_costs_over_decades_are_on_a_log_scale():
    history = gn.History([gn.Epoch(i, cost=10.0**-i) for i in range(4)])
    assert gn.plots.costs(history).figure.axes[0].get_yscale() == "log"


@pytest.mark.parametrize("trainings", [(), (gn.History(),)])
def test_there_must_be_a_cost(trainings):
    with pytest.raises(DataError, match=r"cost|training"):
        gn.plots.costs(*trainings)


def test_weights_and_gradients_over_time():
    task = gn.Task.of(NETWORK, X, Y)
    watch = gn.Watch(task)
    with pytest.raises(DataError, match="has seen no epoch"):
        gn.plots.parameters(watch)
    result = gn.train(NETWORK, X, Y, epochs=5, callbacks=(watch,))
    picture = gn.plots.parameters(watch)
    W, dW, moved = (lines(picture, panel) for panel in range(3))
    assert set(W) == {"W[1]", "W[2]", "W[3]"}
    last = np.sqrt(np.mean(result.parameters["W2"] ** 2))
    assert W["W[2]"][1, -1] == pytest.approx(last, rel=1e-12)
    slope = NETWORK.gradients(result.parameters, X, Y)["dW2"]
    assert dW["W[2]"][1, -1] == pytest.approx(np.sqrt(np.mean(slope**2)), rel=1e-9)
    assert moved["W[2]"].shape == (2, 4)
    assert moved["W[2]"][0].tolist() == [2, 3, 4, 5]


def test_histograms_count_every_value():
    trace = NETWORK.trace(PARAMETERS, X, Y)
    picture = gn.plots.activations(trace)
    assert [text for text in texts(picture) if "[" in text] == [
        *("A[1], Tanh()", "A[2], ReLU()", "A[3], Sigmoid()"),
    ]
    for panel, name in enumerate(("A1", "A2", "A3")):
        axes = picture.figure.axes[panel]
        shares = sum(patch.get_data().values.sum() for patch in axes.patches)
        zeros = float(np.mean(trace[name] == 0))
        assert shares + zeros == pytest.approx(1.0)
        assert (f"{zeros:.0%} are exactly 0" == axes.get_xlabel()) == (name == "A2")
    bare = gn.Network([gn.Dense(1)], gn.SquaredError())
    bare_trace = bare.trace(bare.initialize((2,)), X)
    with pytest.raises(DataError, match="no activation"):
        gn.plots.activations(bare_trace)


def test_gates_and_states_are_activations_too():
    network = gn.Network([gn.LSTM(3, last=True), gn.Dense(1)], gn.SquaredError())
    trace = network.trace(network.initialize((5, 2)), np.ones((5, 2, 7)))
    named = [text.partition(",")[0] for text in texts(gn.plots.activations(trace))]
    assert named == ["f[1]", "g[1]", "i[1]", "o[1]", "a[1]"]


def test_the_boundary_is_where_the_output_is_one_half():
    # a = σ(2 x₀ − x₁ + ½): the boundary is the line x₁ = 2 x₀ + ½.
    net = gn.Network([gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy())
    p = {"W1": [[2.0, -1.0]], "b1": [[0.5]]}
    picture = gn.plots.boundary(lambda x: net.predict(p, x), X, Y)
    contour = picture.figure.axes[0].collections[-1]
    x, y = np.concatenate([path.vertices for path in contour.get_paths()]).T
    np.testing.assert_allclose(y, 2 * x + 0.5, atol=0.03)


def test_the_other_inputs_are_held():
    seen = []
    more = np.vstack([X, 5 + 0 * X[:1], X[:1]])

    def predict(x):
        seen.append(x)
        return x[:1]

    gn.plots.boundary(predict, more, Y, inputs=(3, 1))
    assert set(seen[0][2]) == {5.0}
    assert set(seen[0][0]) == {np.median(X[0])}
    assert len(set(seen[0][3])) == len(set(seen[0][1])) == 220
    gn.plots.boundary(predict, more, Y, fixed=[0, 0, 7, 8], names=["a", "b"])
    assert set(seen[1][2]) == {7.0}


def test_several_classes_and_numbers_have_boundaries_too():
    three = np.eye(3)[:, np.arange(M) % 3]
    picture = gn.plots.boundary(lambda x: np.vstack([x, x[:1] - x[1:]]), X, three)
    labels = picture.figure.axes[0].get_legend_handles_labels()[1]
    assert labels == ["class 0", "class 1", "class 2"]
    gn.plots.boundary(lambda x: 3 * x[:1], X, 2.5 * X[:1]).svg()


def test_a_boundary_needs_two_inputs():
    with pytest.raises(DataError, match="over two inputs"):
        gn.plots.boundary(lambda x: x, X[:1], Y)
    for inputs in ((0, 0), (0, 2), 1):
        with pytest.raises(HyperparameterError, match="two different rows of X"):
            gn.plots.boundary(lambda x: x, X, Y, inputs=inputs)


def test_the_landscape_is_the_cost():
    net = gn.Network([gn.Dense(1)], gn.SquaredError())
    parameters = {"W1": [[2.0]], "b1": [[0.5]]}
    ways = ({"W1": [[1.0]], "b1": [[0.0]]}, {"W1": [[0.0]], "b1": [[1.0]]})
    x, y = np.array([[1.0, 2.0]]), np.array([[2.5, 4.5]])
    picture = gn.plots.landscape(net, parameters, x, y, directions=ways, reach=0.5, fine=5)
    assert "J = 0" in texts(picture)
    asked = []
    real = gn.Network.cost

    def cost(self, moved, *data):
        asked.append((float(moved["W1"].item()), float(moved["b1"].item())))
        return real(self, moved, *data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gn.Network, "cost", cost)
        gn.plots.landscape(net, parameters, x, y, directions=ways, reach=0.5, fine=3)
    assert set(asked) == {(2 + a, 0.5 + b) for a in (-0.5, 0, 0.5) for b in (-0.5, 0, 0.5)}


def test_random_directions_are_as_long_as_each_unit():
    from glassnet.plots.landscape import _random

    arrays = {"W1": PARAMETERS["W1"], "b1": np.zeros((5, 1))}
    for direction in _random(arrays, 3):
        own, its = (np.linalg.norm(x, axis=1) for x in (PARAMETERS["W1"], direction["W1"]))
        np.testing.assert_allclose(its, own, rtol=1e-12)
        assert not direction["b1"].any()


def branched():
    branches = gn.Parallel(
        image=gn.Chain([gn.Dense(5), gn.ReLU()]), table=gn.Dense(3), join="concatenate"
    )
    layers = [branches, gn.Residual([gn.Dense(8), gn.Tanh()]), gn.Dropout(0.2), gn.Dense(12)]
    return gn.Network(layers, gn.SquaredError()), {"image": (6,), "table": (20,)}


NETWORKS = {
    "dense": (NETWORK, (2,)),
    "convolution": (gn.Network([Convolution(3), gn.ReLU()], gn.SquaredError()), (4, 5, 2)),
    "recurrent": (gn.Network([gn.SimpleRNN(3), gn.Dense(2)], gn.SquaredError()), (7, 2)),
    "branches": branched(),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_is_drawn_with_its_dimensions(name):
    network, shape = NETWORKS[name]
    parameters = network.initialize(shape)
    picture = gn.plots.network(network, shape, parameters)
    told = " ".join(texts(picture))
    for placed in network.dimensions(shape):
        if placed.parameters:
            from glassnet.equations import course_name
            from glassnet.shapes import written

            assert f"{course_name(placed.node.output)} {written(placed.output)}" in told
    assert overlap(picture) == []
    assert "<svg" in picture.svg()


def test_links_have_the_sign_and_size_of_their_weights():
    net = gn.Network([gn.Dense(1)], gn.SquaredError())
    picture = gn.plots.network(net, (2,), {"W1": [[2.0, -1.0]], "b1": [[0.0]]})
    (links,) = picture.figure.axes[0].collections
    (blue, red), (thick, thin) = links.get_colors(), links.get_linewidths()
    assert blue[2] > blue[0]
    assert red[0] > red[2]
    assert thick > thin
    assert "largest |w| = 2" in picture.figure.get_supxlabel()


@pytest.mark.parametrize("name", NETWORKS)
def test_the_graph_shows_every_array_and_every_gradient_that_is_needed(name):
    network, shape = NETWORKS[name]
    picture = gn.plots.graph(network, shape)
    told = " ".join(texts(picture))
    from glassnet.equations import course_name
    from glassnet.graph import gradient_name

    for node in network.graph.nodes:
        assert f"{course_name(node.output)} (" in told
        for read in node.inputs.values():
            assert (course_name(gradient_name(read)) in told) == (read in network.graph.learned)
    assert overlap(picture) == []


def test_kernels_feature_maps_and_gates():
    net, shape = NETWORKS["convolution"]
    images = np.random.default_rng(1).normal(size=(*shape, 3))
    trace = net.trace(net.initialize(shape), images)
    shown = gn.plots.kernels(trace["W1"], channel=1).figure.axes[1].images[0].get_array()
    np.testing.assert_allclose(shown, trace["W1"][:, :, 1, 1])
    shown = gn.plots.feature_maps(trace["A1"], 2).figure.axes[1].images[0].get_array()
    np.testing.assert_allclose(shown, trace["A1"][:, :, 1, 2])
    net, shape = NETWORKS["recurrent"]
    trace = net.trace(net.initialize(shape), np.random.default_rng(1).normal(size=(*shape, 3)))
    picture = gn.plots.gates({"a1": trace["a1"], "Z2": trace["Z2"]}, example=1)
    np.testing.assert_allclose(picture.figure.axes[0].images[0].get_array(), trace["a1"][:, :, 1].T)
    (line,) = lines(gn.plots.gates({"a1": trace["a1"]}, example=1, unit=2)).values()
    np.testing.assert_array_equal(line[1], trace["a1"][:, 2, 1])


def test_a_grid_of_maps_shows_no_empty_frame_and_zero_once():
    axes = gn.plots.feature_maps(np.random.default_rng(0).random((3, 3, 4, 1))).figure.axes
    *maps, bar = axes
    assert [bool(each.images) for each in maps] == [each.get_visible() for each in maps]
    assert sum(each.get_visible() for each in maps) == 4
    assert [label.get_text() for label in bar.get_yticklabels()].count("0") == 1


def test_arrays_of_another_rank_are_refused():
    with pytest.raises(DataError) as caught:
        gn.plots.kernels(np.ones((3, 4)))
    assert str(caught.value) == (
        "kernels cannot be drawn of this array.\n"
        "  expected   W (k, k, units, channels)\n"
        "  received   shape (3, 4)\n"
        "  to fix     take the array of a layer of images or sequences from a trace"
    )
    with pytest.raises(DataError, match="no array to show"):
        gn.plots.gates({})


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_same_picture_is_the_same_file(ending, tmp_path):
    for name in ("a", "b"):
        gn.plots.activation(gn.Tanh()).save(tmp_path / f"{name}.{ending}")
    first, second = ((tmp_path / f"{name}.{ending}").read_bytes() for name in ("a", "b"))
    assert first == second
    assert len(first) > 2000


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(HyperparameterError) as caught:
        gn.plots.activation(gn.Tanh()).save(tmp_path / "a.jpg")
    assert "A picture is saved as .png, .svg or .pdf." in str(caught.value)
    assert str(caught.value).endswith("to fix     save 'a.svg'")


def test_nothing_of_matplotlib_is_changed():
    before = dict(mpl.rcParams)
    gn.plots.network(*NETWORKS["dense"]).svg()
    assert dict(mpl.rcParams) == before


def test_without_matplotlib_it_is_said(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r'pip install "glassnet\[plots\]"'):
        gn.plots.activation(gn.Tanh())


def test_the_landscape_leaves_statistics_where_they_are():
    """A running variance below zero would be no network; holes in the picture were the sign."""
    network = gn.Network([gn.Dense(3), gn.BatchNorm(), gn.ReLU(), gn.Dense(1)], gn.SquaredError())
    parameters = network.initialize((2,), 1)
    picture = gn.plots.landscape(network, parameters, X, Y, fine=5, reach=3.0)
    assert np.isfinite(picture.figure.axes[0].collections[0].get_array()).all()
    asked = []

    class Asked(gn.Network):
        def cost(self, parameters, X, Y):
            asked.append(parameters)
            return super().cost(parameters, X, Y)

    gn.plots.landscape(Asked(network.layers, network.loss), parameters, X, Y, fine=3)
    for moved in asked:
        np.testing.assert_array_equal(moved["var_run2"], parameters["var_run2"])
    assert any((moved["W1"] != parameters["W1"]).any() for moved in asked)


def test_both_directions_of_a_sequence_stand_beside_each_other():
    network = gn.Network([gn.Bidirectional(gn.GRU(5)), gn.Dense(2)], gn.SquaredError())
    picture = gn.plots.graph(network, (6, 3))
    assert overlap(picture) == []
    assert {"GRU(units=5)", "GRU(5, reverse=True)"} <= set(texts(picture))
