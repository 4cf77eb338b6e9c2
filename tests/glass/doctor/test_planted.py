"""Each finding on a planted fault, and not on the same fit without it."""

import numpy as np
import pytest
from tests.silent_layer import Convolution

import glassnet as gn
from glassnet.glass.doctor.diagnosis import Finding

M = 211


def task(seed=0, n=3, kind="number"):
    """X of ordinary columns, and a label that has to do with them."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, M))
    signal = X[:1] - 0.5 * X[1:2] + 0.3 * X[:1] * X[1:2]
    noise = random.normal(size=signal.shape)
    if kind == "number":
        return X, (signal + 0.1 * noise) / signal.std()
    return X, (signal + 0.3 * noise > 0).astype(float)


def network(g=None, kind="number", units=11, depth=1):
    layers = [layer for _ in range(depth) for layer in (gn.Dense(units), g or gn.ReLU())]
    if kind == "number":
        return gn.Network([*layers, gn.Dense(1)], gn.SquaredError())
    return gn.Network([*layers, gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy())


def trained(net, X, Y, **options):
    options = {"optimizer": gn.Adam(0.01), "epochs": 60, "batch_size": 31} | options
    return gn.train(net, X, Y, **options)


def found(net, X, Y, **options) -> dict[str, Finding]:
    diagnosis = gn.doctor(net, X, Y, **options)
    return {finding.name: finding for finding in diagnosis.findings}


@pytest.mark.parametrize("kind", ["number", "class"])
@pytest.mark.parametrize("g", [gn.ReLU(), gn.Tanh(), gn.Sigmoid(), gn.SiLU()])
def test_without_a_fault_there_is_no_finding(g, kind):
    X, Y = task(kind=kind)
    later = task(1, kind=kind)
    net = network(g, kind)
    result = trained(net, X, Y, validation=later)
    training = gn.Training(gn.Adam(0.01), epochs=60, batch_size=31)
    diagnosis = gn.doctor(net, X, Y, result=result, validation=later, training=training)
    assert diagnosis.findings == ()
    assert len(diagnosis.checked) == 16
    assert diagnosis.skipped == {}


def one_scale_wrong(X):
    return np.vstack([X[:2], 20_000 * X[2:]])


def all_too_large(X):
    return 5_000 * X


def all_too_small(X):
    return X / 100_000


@pytest.mark.parametrize("planted", [one_scale_wrong, all_too_large, all_too_small])
def test_wild_scales(planted):
    X, Y = task()
    net = network()
    X = planted(X)
    finding = found(net, X, Y, parameters=net.initialize((3,)))["columns on wild scales"]
    assert finding.value >= 1e3 or planted is not one_scale_wrong
    assert "Standardise" in finding.fix
    if planted is one_scale_wrong:
        assert finding.seen.startswith("unit 2 varies by ")


def test_indices_of_an_embedding_have_no_scale():
    net = gn.Network([gn.Embedding(5, 3), gn.Dense(1)], gn.SquaredError())
    X = np.random.default_rng(0).integers(0, 5, (4, 1, M))
    Y = np.random.default_rng(1).normal(size=(4, 1, M))
    assert "columns on wild scales" not in found(net, X, Y, parameters=net.initialize((4, 1)))


def test_constant_columns():
    X, Y = task()
    X = np.vstack([X, np.full((1, M), 7.0)])
    net = network()
    finding = found(net, X, Y, parameters=net.initialize((4,)))["constant columns"]
    assert (finding.where, finding.value) == ("unit 3", 1)
    assert finding.seen == "1 of 4 columns hold one value in every row."


@pytest.mark.parametrize("change", [lambda x: x, lambda x: 2.54 * x + 3])
def test_duplicated_columns(change):
    X, Y = task()
    X = np.vstack([X, change(X[1:2])])
    net = network()
    finding = found(net, X, Y, parameters=net.initialize((4,)))["duplicated columns"]
    assert finding.where == "unit 3 repeats unit 1"


@pytest.mark.parametrize("kind", ["number", "class"])
def test_leaks(kind):
    X, Y = task(kind=kind)
    X = np.vstack([X, 3 * Y - 1])
    net = network(kind=kind)
    finding = found(net, X, Y, parameters=net.initialize((4,)))["leak"]
    assert finding.where == "unit 3"
    assert "too good to be true" in finding.why


def test_leaks_of_several_classes():
    X, _ = task()
    Y = np.eye(3)[:, np.arange(M) % 3]
    X = np.vstack([X, Y.argmax(axis=0)])
    net = gn.Network([gn.Dense(3), gn.Softmax()], gn.CategoricalCrossEntropy())
    assert found(net, X, Y, parameters=net.initialize((4,)))["leak"].where == "unit 3"


def test_rows_shared_with_validation():
    X, Y = task()
    later, labels = task(1)
    mixed = (np.hstack([later, X[:, :50]]), np.hstack([labels, Y[:, :50]]))
    net = network()
    finding = found(net, X, Y, parameters=net.initialize((3,)), validation=mixed)[
        "rows shared with validation"
    ]
    assert finding.value == pytest.approx(50 / (M + 50))
    assert finding.seen.startswith("19% of 261 validation rows are training rows too")


def test_rows_that_are_equal_by_nature_are_no_finding():
    """Two columns of a few values: every row has doubles, in both parts."""
    random = np.random.default_rng(0)
    net = gn.Network([gn.Dense(1)], gn.SquaredError())
    X, later = (random.integers(0, 4, (2, M)).astype(float) for _ in range(2))
    Y = X[:1] + random.normal(size=(1, M))
    told = found(net, X, Y, parameters=net.initialize((2,)), validation=(later, Y))
    assert "rows shared with validation" not in told


def test_dead_units():
    X, Y = task()
    net = network()
    parameters = net.initialize((3,), 1)
    parameters["b1"][:8] = -100.0
    finding = found(net, X, Y, parameters=parameters)["dead units"]
    assert (finding.where, finding.value) == ("layer 1, ReLU()", 8 / 11)
    assert finding.seen == f"8 of 11 units have slope 0 for all {M} examples."


def test_units_that_die_while_training():
    X, Y = task()
    net = network()
    result = trained(net, X, Y, optimizer=gn.GradientDescent(1.0), epochs=3)
    assert "dead units" in found(net, X, Y, result=result)


@pytest.mark.parametrize("g", [gn.Sigmoid(), gn.Tanh()])
def test_saturated_units(g):
    X, Y = task()
    net = network(g)
    parameters = net.initialize((3,), 1, scheme=gn.Normal(300.0))
    finding = found(net, X, Y, parameters=parameters)["saturated units"]
    assert finding.where == f"layer 1, {g}"
    assert finding.value > 0.9
    assert "saturated units" not in found(net, X, Y, parameters=net.initialize((3,), 1))


def test_a_saturated_output_is_a_sure_one():
    X, Y = task(kind="class")
    net = gn.Network([gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy())
    told = found(net, X, Y, parameters=net.initialize((3,), 1, scheme=gn.Normal(100.0)))
    assert "saturated units" not in told


@pytest.mark.parametrize("scheme", [gn.Zeros(), gn.Constant(0.3)])
def test_symmetric_units(scheme):
    X, Y = task()
    net = network(gn.Tanh())
    start = net.initialize((3,), scheme=scheme)
    result = trained(net, X, Y, parameters=start)
    finding = found(net, X, Y, result=result)["symmetric units"]
    assert (finding.where, finding.value) == ("layer 1, Dense(units=11)", 1.0)


def test_symmetric_kernels_and_states():
    for layer, shape in ((Convolution(3), (4, 4, 2)), (gn.SimpleRNN(3), (5, 2))):
        net = gn.Network([layer, gn.Dense(2)], gn.SquaredError())
        start = net.initialize(shape)
        for name in start:
            if name.startswith("W") and name.endswith("1"):
                start[name][...] = 0.1
        X = np.random.default_rng(0).normal(size=(*shape, M))
        Y = np.random.default_rng(1).normal(size=net.predict(start, X).shape)
        assert "symmetric units" in found(net, X, Y, parameters=start)
        assert "symmetric units" not in found(net, X, Y, parameters=net.initialize(shape))


def test_vanishing_gradients():
    X, Y = task()
    net = network(gn.Sigmoid(), depth=10)
    finding = found(net, X, Y, parameters=net.initialize((3,)))["vanishing gradients"]
    assert finding.value < 1e-4
    assert finding.where.startswith("layer 11, Dense(units=1) to layer 1, Dense(units=11)")
    assert len(finding.seen.split(":")[1].split()) == 11


def test_exploding_gradients():
    X, Y = task()
    net = network(gn.ReLU(), depth=10)
    start = net.initialize((3,), scheme=gn.Normal(2.0))
    finding = found(net, X, Y, parameters=start)["exploding gradients"]
    assert finding.value > 1e4
    assert "ClipNorm" in finding.fix
    deep = network(gn.ReLU(), depth=10)
    assert (
        not {"exploding gradients", "vanishing gradients"}
        & found(deep, X, Y, parameters=deep.initialize((3,))).keys()
    )


@pytest.mark.filterwarnings("ignore:The cost grew")
@pytest.mark.parametrize(
    "training",
    [
        gn.Training(gn.GradientDescent(2.1), epochs=40),
        gn.Training(gn.Adam(3.0), epochs=40, batch_size=31),
    ],
)
def test_a_learning_rate_that_is_too_high(training):
    X, Y = task()
    net = network(gn.Tanh())
    result = training.run(gn.Task.of(net, X, Y))
    told = found(net, X, Y, result=result, training=training)
    finding = told["learning rate too high"]
    assert f"(now {training.optimizer.learning_rate:g})" in finding.fix
    assert "of its size each" in finding.seen


@pytest.mark.parametrize(
    "training",
    [
        gn.Training(gn.GradientDescent(1e-5), epochs=40),
        gn.Training(gn.Adam(1e-6), epochs=40, batch_size=31),
        gn.Training(gn.GradientDescent(1e-3), epochs=40),
    ],
)
@pytest.mark.parametrize("told", [True, False])
def test_a_learning_rate_that_is_too_low(training, told):
    X, Y = task()
    net = network(gn.Tanh())
    result = training.run(gn.Task.of(net, X, Y))
    findings = found(net, X, Y, result=result, training=training if told else None)
    finding = findings["learning rate too low"]
    assert ("of its size each" in finding.seen) == told
    assert "learning rate too high" not in findings


def test_the_constant():
    X, Y = task()
    net = network(gn.Tanh())
    result = trained(net, X, Y[:, np.random.default_rng(5).permutation(M)], epochs=1)
    parameters = result.parameters | {"W2": 0 * result.parameters["W2"]}
    finding = found(net, X, Y, parameters=parameters)["predicts the constant"]
    assert finding.value < 1e-12
    assert finding.where == "output"


def test_over_fitting_on_rows_that_were_kept():
    X, Y = task(n=30)
    Y = Y + 1.5 * np.random.default_rng(3).normal(size=Y.shape)
    later, labels = task(1, n=30)
    net = network(units=200)
    result = trained(net, X, Y, epochs=200)
    finding = found(net, X, Y, result=result, validation=(later, labels))["over-fitting"]
    assert finding.where == "training against validation"
    assert finding.value > 0.25


def test_over_fitting_in_the_curve():
    X, Y = task(n=30)
    Y = Y + 1.5 * np.random.default_rng(3).normal(size=Y.shape)
    later, labels = task(1, n=30)
    net = network(units=200)
    result = trained(net, X, Y, epochs=200, validation=(later, labels))
    finding = found(net, X, Y, result=result)["over-fitting"]
    assert finding.where == "validation cost"
    assert finding.seen.startswith("The validation cost was lowest after epoch ")
    stopped = trained(
        net, X, Y, epochs=200, validation=(later, labels), stopping=gn.EarlyStopping(patience=20)
    )
    assert "over-fitting" not in found(net, X, Y, result=stopped)


def test_under_fitting():
    X, Y = task()
    net = network()
    result = trained(net, X, Y, optimizer=gn.GradientDescent(1e-3), epochs=3)
    finding = found(net, X, Y, result=result)["under-fitting"]
    assert "a straight line" in finding.seen
    assert finding.value > 0.1


def test_class_imbalance():
    X, _ = task(kind="class")
    Y = np.zeros((1, M))
    Y[0, :6] = 1
    net = network(kind="class")
    finding = found(net, X, Y, parameters=net.initialize((3,)))["class imbalance"]
    assert finding.value == pytest.approx(1 - 6 / M)
    assert finding.seen == "97.2% of the examples are of one class, 2.8% of the rarest."


@pytest.mark.parametrize(
    ("layers", "loss", "labels", "where"),
    [
        (
            [gn.Dense(1), gn.Sigmoid()],
            gn.SquaredError(),
            "number",
            "Sigmoid() in front of these labels",
        ),
        ([gn.Dense(1), gn.ReLU()], gn.SquaredError(), "number", "ReLU() in front of these labels"),
        ([gn.Dense(1), gn.Sigmoid()], gn.SquaredError(), "class", "SquaredError of labels 0 and 1"),
        ([gn.Dense(1)], gn.SquaredError(), "class", "SquaredError of labels 0 and 1"),
        (
            [gn.Dense(2), gn.Softmax()],
            gn.BinaryCrossEntropy(),
            "two",
            "BinaryCrossEntropy behind Softmax()",
        ),
        (
            [gn.Dense(2), gn.Sigmoid()],
            gn.CategoricalCrossEntropy(),
            "two",
            "CategoricalCrossEntropy behind Sigmoid()",
        ),
    ],
)
def test_loss_and_output_that_do_not_belong_together(layers, loss, labels, where):
    X, Y = task(kind="number" if labels == "number" else "class")
    Y = np.vstack([1 - Y, Y]) if labels == "two" else Y
    net = gn.Network(layers, loss)
    diagnosis = gn.doctor(net, X, Y, parameters=net.initialize((3,)))
    places = [
        f.where for f in diagnosis.findings if f.name == "loss and output do not belong together"
    ]
    assert places == [where]
