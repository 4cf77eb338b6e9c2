"""`gradient_check`: the gradients of a network, a layer or a loss against central differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.admission import Inputs, Parameters, admit_inputs, admit_labels, admit_parameters
from glassnet.arrays import FloatArray, as_float
from glassnet.engines import Data, Noise, passes
from glassnet.equations import course_name
from glassnet.errors import DataError, HyperparameterError, did_you_mean, listed, shown
from glassnet.glass.gradients.alone import (
    check_layer,
    check_loss,
    drawn_parameters,
    in_float64,
    layer_causes,
)
from glassnet.glass.gradients.causes import simple_cause
from glassnet.glass.gradients.comparison import Comparison, GradientCheck, compare
from glassnet.glass.gradients.differences import chosen_entries
from glassnet.glass.gradients.local import Limits, Local
from glassnet.glass.gradients.penalized import penalty_cause
from glassnet.graph import gradient_name
from glassnet.layers.layer import Layer
from glassnet.losses.loss import Loss
from glassnet.namespace import numpy_namespace as xp
from glassnet.network import Network
from glassnet.seeds import seed_source


def gradient_check(
    subject: Network | Layer | Loss,
    parameters: Mapping[str, ArrayLike] | None = None,
    X: Inputs | None = None,
    Y: ArrayLike | None = None,
    *,
    gradients: Mapping[str, ArrayLike] | None = None,
    tolerance: float = 1e-6,
    entries: int = 100,
    seed: int = 0,
) -> GradientCheck:
    """Compare gradients with what a small change of each number does to the cost.

    dJ/dw ≈ (J(w + h) − J(w − h)) / 2h, in float64 whatever the data are. Where the two differ,
    what would explain it is tried: a missing 1/m, a transposed matrix, a missing penalty, the
    sign, a wrong g′, values of another batch.

    Parameters
    ----------
    subject : Network, Layer or Loss
        A network of any layers, yours among them; or one layer, activation or loss by itself.
    parameters : dict of str to array, optional
        Left out, they are drawn: random, biases too.
    X : array (..., n_x, m), or dict of arrays
        Needed by a network. For a layer: what it reads, random where it is left out. For a loss:
        the outputs A.
    Y : array (..., n_y, m)
        Needed by a network; for a loss the labels, drawn where they are left out.
    gradients : dict of str to array, optional
        ``{"dW1": ..., "db1": ...}`` of your own backward pass, to be checked in the place of the
        network's.
    tolerance : float
        How far an entry may be off, relative to the largest of its array.
    entries : int
        How many numbers of each array are looked at, at most; beyond that some are chosen by
        `seed`.
    seed : int
        Of what is drawn: parameters, masks, the entries looked at.

    Returns
    -------
    GradientCheck
        ``print`` it; ``passed``, ``worst`` and ``diagnosis`` are its parts.

    Raises
    ------
    HyperparameterError
        A network comes without X and Y, or the subject is none of the three.
    DataError, ShapeError
        The arrays do not fit the network, or `gradients` are not those of its parameters.

    Examples
    --------
    >>> import glassnet as gn
    >>> class Slow(gn.Tanh):
    ...     def g_prime(self, xp, Z, A):
    ...         return 1 - A
    >>> for cause in gn.gradient_check(Slow()).diagnosis:
    ...     print(cause)
    dZ = dA ∗ g′(Z): Slow() takes 1 − A: the formula of tanh has A² there

    Source: Y. Bengio, "Practical recommendations for gradient-based training of deep
    architectures" (2012), section 4.2.
    """
    limits = Limits(tolerance, entries, seed)
    with np.errstate(all="ignore"):
        if isinstance(subject, Loss):
            return check_loss(subject, X, Y, limits)
        if isinstance(subject, Layer):
            return check_layer(subject, X, limits)
        if not isinstance(subject, Network):
            raise HyperparameterError(
                "The 'subject' parameter of gradient_check must be a Network, a Layer or a Loss. "
                f"Got {shown(subject)} instead.",
                fix="put several layers into a network: Network([...], loss)",
            )
        if X is None or Y is None:
            raise HyperparameterError(
                "gradient_check of a network needs X and Y. Got one of them, or none.",
                fix="gradient_check(network, parameters, X, Y)",
            )
        return _Whole(subject, parameters, X, Y, limits).check(gradients)


class _Whole:
    """A whole network on one batch."""

    def __init__(
        self,
        network: Network,
        parameters: Mapping[str, ArrayLike] | None,
        X: Inputs,
        Y: ArrayLike,
        limits: Limits,
    ) -> None:
        self.network, self.graph, self.limits = network, network.graph, limits
        inputs = admit_inputs(self.graph, X)
        inputs = in_float64(inputs)
        if parameters is None:
            parameters = drawn_parameters(network, inputs, limits.seed)
        self.parameters = admit_parameters(self.graph, parameters, inputs)
        self.data = admit_labels(self.graph, inputs, Y)

    def check(self, own: Mapping[str, ArrayLike] | None) -> GradientCheck:
        self._forward(self._opposite())  # a batch before this one
        given: Mapping[str, Any] = self._own(own) if own is not None else self._gradients(self.data)
        comparisons = tuple(self._compare(given))
        wrong = [each for each in comparisons if not each.right]
        diagnosis = list(dict.fromkeys(self._causes(wrong, given, own is not None)))
        subject = "a network" if own is None else "your own backward pass"
        return GradientCheck(subject, comparisons, self.limits.tolerance, tuple(diagnosis))

    def _causes(
        self, wrong: list[Comparison], given: Mapping[str, Any], own: bool
    ) -> Iterator[str]:
        if not own:
            layers = self._layers()
            doubt = wrong or self._minds_the_order() or any(map(Local.remembers, layers))
            blamed = list(self._blamed(layers)) if doubt else []
            yield from blamed
            if blamed:
                return
        for each in wrong:
            tolerance, name = self.limits.tolerance, course_name(each.name)
            yield (
                penalty_cause(self.network, self.parameters, self.data, each, given, tolerance)
                or simple_cause(each, given.get(each.name), self.data.m, tolerance, name)
                or f"{name} is explained by nothing that was tried: look at the equations that "
                "make it"
            )

    def _layers(self) -> list[Local]:
        """Each layer in its place, with the gradient that comes back to it."""
        values = self._forward(self.data)
        gradients: Mapping[str, Any] = {}
        with suppress(KeyError):  # a layer keeps one back, and its own check says so
            gradients = passes.backward(xp, self.graph, values, self.data.Y, None)
        return [
            Local.of(node, values, gradients.get(gradient_name(node.output)), self.limits)
            for node in self.graph.nodes
        ]

    def _blamed(self, layers: list[Local]) -> Iterator[str]:
        """What is wrong with each layer, and with the loss, by itself."""
        for local in layers:
            yield from layer_causes(local)
        A = self._forward(self.data)[self.graph.output]
        yield from check_loss(self.network.loss, A, self.data.Y, self.limits).diagnosis

    def _compare(self, given: Mapping[str, Any]) -> Iterator[Comparison]:
        for name in self.graph.trainable:

            def cost(array: FloatArray, name: str = name) -> float:
                values = self._forward(self.data, {**self.parameters, name: array})
                data = self.data
                return passes.cost(xp, self.graph, values, data.Y, None, data.total)

            point = self.parameters[name]
            random = np.random.default_rng(self.limits.seed)
            looked_at = chosen_entries(point.shape, self.limits.most, random)
            gradient = given.get(gradient_name(name))
            yield compare(
                gradient_name(name), gradient, cost, point, looked_at, self.limits.tolerance
            )

    def _gradients(self, data: Data) -> Mapping[str, Any]:
        """The gradients that a training would use; None for one that a layer does not give."""
        try:
            return self.network.gradients(
                self.parameters, data.inputs, data.Y, seed=self.limits.seed
            )
        except KeyError as missing:
            if missing.args[0] not in map(gradient_name, self.graph.trainable):
                raise
            return {}
        except ValueError:  # to a dW of another shape than W no penalty can be added
            if not self.network.penalties:
                raise
            bare = Network(self.network.layers, self.network.loss)
            return bare.gradients(self.parameters, data.inputs, data.Y, seed=self.limits.seed)

    def _own(self, own: Mapping[str, ArrayLike]) -> Mapping[str, FloatArray]:
        known = [gradient_name(name) for name in self.graph.trainable]
        if not set(known) & set(own):
            raise DataError(
                "These gradients are not those of the network's parameters.",
                expected=listed(known),
                received=listed(own),
                fix=did_you_mean(next(iter(own), ""), known),
            )
        return {name: as_float(name, own[name]) for name in known if name in own}

    def _forward(self, data: Data, parameters: Parameters | None = None) -> dict[str, Any]:
        values = {**(parameters or self.parameters), **data.inputs}
        return passes.forward(xp, self.graph, values, Noise.drawn(seed_source(self.limits.seed)))

    def _opposite(self) -> Data:
        turned = {name: X[..., ::-1] for name, X in self.data.inputs.items()}
        return Data(turned, self.data.Y[..., ::-1], None, self.data.total)

    def _minds_the_order(self) -> bool:
        if any(node.noise for node in self.graph.nodes):  # masks do not turn with the examples
            return False
        one, other = self._gradients(self.data), self._gradients(self._opposite())
        return any(not np.allclose(one[name], other[name], rtol=1e-8, atol=1e-12) for name in one)
