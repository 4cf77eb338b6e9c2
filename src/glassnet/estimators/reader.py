"""How what a caller passes becomes rows of numbers, in `fit` and after it."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from glassnet.dimensions import Dimensions
from glassnet.estimators.branches import Branches
from glassnet.estimators.entering import has_branches, read_branches
from glassnet.estimators.frames import plan_for, read_frame, without_gaps
from glassnet.estimators.hooks import Hooks
from glassnet.estimators.places import (
    is_several,
    mask_over,
    other_places,
    padded_targets,
    passed_on,
    placed,
    places_in,
    weights_of_places,
)
from glassnet.estimators.reading import check_shape, names_of, read_inputs, read_targets
from glassnet.estimators.rows import Rows
from glassnet.estimators.scaling import Scaling
from glassnet.estimators.weights import sample_weights
from glassnet.graph import Graph
from glassnet.losses.quantities import SquaredError


class Reader(Hooks):
    """Reads arrays, tables and branches as the first fit did, and refuses others."""

    many_axes: ClassVar[bool] = False
    """Whether an example may be more than a row of numbers."""

    def _inputs(self, X: Any, *, again: bool) -> Any:
        """X as numbers, examples first."""
        if self._branched(X, again=again):
            return self._branches(X, again=again)
        if not again:
            self.table_ = plan_for(X, self.categorical_features)
        if self.table_ is not None:
            dtype = self._dtype if again else np.dtype(np.float64)
            read = read_frame(self, X, self.table_, reset=not again, dtype=dtype)
        else:
            if again and len(self.input_shape_) > 1 and isinstance(X, np.ndarray):
                # Before scikit-learn counts the second axis as features.
                check_shape(X.shape[1:], self.input_shape_)
            read = read_inputs(self, X, reset=not again, many_axes=self.many_axes)
        if again:
            check_shape(read.shape[1:], self.input_shape_)
        else:
            self.input_shape_, self._dtype = tuple(map(int, read.shape[1:])), read.dtype
        return read

    def _branched(self, X: Any, *, again: bool) -> bool:
        """Whether X is read branch by branch; a fitted estimator goes on as it began."""
        if again:
            return isinstance(self.input_shape_, dict)
        if not self.many_axes:
            return False
        self._entered = tuple(self._layers())
        return has_branches(X, self._entrances)

    @property
    def _entrances(self) -> Graph:
        """The graph of the layers that X enters: those of the fit, whatever the parameters now."""
        return Graph.of(self._entered, SquaredError())

    def _branches(self, X: Any, *, again: bool) -> Branches:
        if again:
            return read_branches(X, self._entrances, self.input_shape_)
        read = read_branches(X, self._entrances)
        self.table_, self.input_shape_, self._dtype = None, read.example, read.dtype
        self.n_features_in_ = sum(shape[-1] for shape in self.input_shape_.values())
        self.__dict__.pop("feature_names_in_", None)
        return read

    def _checked(self, X: Any) -> Any:
        """X of a fitted estimator as numbers, examples first."""
        refuses = self.categorical_features is None
        if self.table_ is None and not refuses and isinstance(self.scaling_, Scaling):
            X = without_gaps(X, self.scaling_.center)
        return self._inputs(X, again=True)

    def _read(self, X: Any, y: Any, sample_weight: Any, *, again: bool) -> Rows:
        """The rows of a caller, checked."""
        inputs = self._inputs(X, again=again)
        if not again:
            self._y_names = names_of(y)
        return self._labelled(inputs, y, sample_weight, again=again)

    def _held(self, X: Any, y: Any, sample_weight: Any) -> Rows:
        """Validation rows of the caller's."""
        inputs = self._inputs(X, again=True)
        rows = self._labelled(inputs, y, sample_weight, "sample_weight_val")
        return self._weighted(rows, held=True).counting()

    def _labelled(
        self,
        inputs: Any,
        y: Any,
        sample_weight: Any,
        called: str = "sample_weight",
        *,
        again: bool = True,
    ) -> Rows:
        """Inputs that are read, with y and the weights of a caller."""
        ends = self._ends(inputs)
        passed, there = passed_on(ends), mask_over(inputs, ends)
        if there is not None and is_several(y):
            y = padded_targets(y, there)
        read = read_targets(self, inputs, y, many_axes=self.many_axes)
        places = places_in(read, passed) if self.many_axes else ()
        if not again:
            self._places = places
        elif places != self._places and (there is None or not places):
            raise other_places(places, self._places)
        values = self._values(read, len(places))
        weights = sample_weights(sample_weight, len(values), called)
        if places:
            weights = weights_of_places(weights, places, there)
        return Rows(inputs, values, weights)

    def _ends(self, inputs: Any) -> tuple[Dimensions, ...]:
        """Where the layers end for these inputs."""
        if not self.many_axes:
            return ()
        shape = inputs.example if isinstance(inputs, Branches) else inputs.shape[1:]
        return placed(self._entered, shape)
