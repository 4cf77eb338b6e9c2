"""glassnet: neural networks that you can see through.

    import glassnet as gn

    network = gn.Network([gn.Dense(4), gn.Tanh(), gn.Dense(1), gn.Sigmoid()],
                         loss=gn.BinaryCrossEntropy())
    print(gn.explain(network, input_shape=(2,)))           # dimensions and equations

    result = gn.train(network, X, Y, optimizer=gn.GradientDescent(1.2), epochs=10_000)
    A = network.predict(result.parameters, X_new)
    trace = network.trace(result.parameters, X, Y)         # every number of both passes
    trace["Z2"], trace["dW1"]

Letters are arrays, and arrays end in (units, examples):

    m        the number of examples
    n[l]     the number of units of layer l; n_x of the input, n_y of the output
    X, Y     input (n_x, m) and labels (n_y, m); X is A[0]
    W, b     parameters: W[l] (n[l], n[l-1]), b[l] (n[l], 1)
    Z, A     Z[l] = W[l] A[l-1] + b[l] and A[l] = g(Z[l]), both (n[l], m)
    L, J     the loss of each example (1, m), and the cost, their mean
    dW, dZ   the gradients dJ/dW, and per example dL/dZ; every d has the shape of its array

Sequences are (T, n_x, m), images (H, W, n_C, m): space and time stand in front.
The public names are listed in ``__init__.pyi``; each loads its module when it is first used.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
