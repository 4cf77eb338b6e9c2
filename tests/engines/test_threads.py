"""One BLAS thread inside the engine, the caller's own number outside."""

import threading

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

import glassnet as gn
from glassnet.engines.threads import one_blas_thread


def threads():
    """Of NumPy's own BLAS: SciPy may bring another, which the engine does not use."""
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return [pool["num_threads"] for pool in pools if "numpy" in pool["filepath"]]


def test_the_number_of_threads_comes_back():
    with threadpool_limits(2, "blas"):
        before = threads()
        with one_blas_thread():
            assert set(threads()) == {1}
            with one_blas_thread():
                pass
            assert set(threads()) == {1}
        assert threads() == before


def test_the_last_of_several_threads_gives_it_back():
    first_is_in, second_is_in = threading.Event(), threading.Event()

    def first():
        with one_blas_thread():
            first_is_in.set()
            second_is_in.wait(10)

    before = threads()
    other = threading.Thread(target=first)
    other.start()
    first_is_in.wait(10)
    with one_blas_thread():
        second_is_in.set()
        other.join(10)
        assert set(threads()) == {1}
    assert threads() == before


def test_the_same_seed_gives_the_same_bits_on_any_number_of_threads():
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 500)).astype(np.float32)
    network = gn.Network([gn.Dense(300), gn.Tanh(), gn.Dense(1)], gn.SquaredError())
    made = []
    for number in (1, 2):
        with threadpool_limits(number, "blas"):
            made.append(gn.train(network, X, X[:1], epochs=3, batch_size=250).parameters)
    assert all(np.array_equal(made[0][name], made[1][name]) for name in made[0])
