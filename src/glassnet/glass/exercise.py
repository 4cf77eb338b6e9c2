"""`exercise`: a function with one wrong line, on a fresh network, to be found."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np

from glassnet import course
from glassnet.admission import Parameters
from glassnet.arrays import FloatArray
from glassnet.errors import HyperparameterError, did_you_mean, listed, shown
from glassnet.glass.review import programs
from glassnet.glass.review.assignment import Assignment, Case
from glassnet.glass.review.catalogue import CATALOGUE
from glassnet.glass.review.compare import fault
from glassnet.glass.review.course_assignments import FORMS
from glassnet.glass.review.judge import judge
from glassnet.glass.review.mistake import Mistake
from glassnet.layers.activations import Sigmoid, Tanh
from glassnet.layers.dense import Dense
from glassnet.losses.cross_entropies import BinaryCrossEntropy
from glassnet.network import Network

Topic: TypeAlias = Literal["forward", "cost", "backward", "update"]

FUNCTIONS: Final[Mapping[str, str]] = {
    "forward": "forward_propagation",
    "cost": "compute_cost",
    "backward": "backward_propagation",
    "update": "update_parameters",
}


@dataclass(frozen=True)
class Answer:
    """Whether an answer to an exercise is right; ``print`` it.

    Attributes
    ----------
    right : bool
    text : str
        Why.

    Examples
    --------
    >>> import glassnet as gn
    >>> print(gn.exercise("cost", seed=1).check("m").right)
    False
    """

    right: bool
    text: str

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return self.right


@dataclass(frozen=True, eq=False)
class Exercise:
    """A function of the course with one wrong line; ``print`` it to read the task.

    Attributes
    ----------
    topic : str
    network : Network
        What the function is meant to compute with: it does so rightly.
    parameters : dict of str to array
    X, Y : array
    wrong : function
        The one to be mended.
    arguments : mapping of str to anything
        What to call it with: ``exercise.wrong(**exercise.arguments)``.
    code : str
        Its source.
    mistake : Mistake
        The answer, for those who have given up.

    Examples
    --------
    >>> import glassnet as gn
    >>> exercise = gn.exercise("backward", seed=2)
    >>> mine = exercise.wrong(**exercise.arguments)
    >>> gn.gradient_check(
    ...     exercise.network, exercise.parameters, exercise.X, exercise.Y, gradients=mine
    ... ).passed
    False
    """

    topic: Topic
    network: Network = field(repr=False)
    parameters: Parameters = field(repr=False)
    X: FloatArray = field(repr=False)
    Y: FloatArray = field(repr=False)
    wrong: Callable[..., Any] = field(repr=False)
    arguments: Mapping[str, Any] = field(repr=False)
    code: str = field(repr=False)
    mistake: Mistake = field(repr=False)

    def __str__(self) -> str:
        sizes = f"{len(self.X)} → {len(self.parameters['W1'])} → 1"
        task = (
            f"One line of this function is wrong. The network is {sizes}, tanh and the sigmoid, "
            f"m = {self.X.shape[1]}.\nWhich array does it make? exercise.check('A1'), or mend the "
            "function: exercise.check(mine)"
        )
        return f"{task}\n\n{self.code.rstrip()}"

    def check(self, answer: str | Callable[..., Any]) -> Answer:
        """Whether an answer is right.

        Parameters
        ----------
        answer : str or function
            The name on the left side of the wrong line, such as ``"dZ1"``; or the function,
            mended.
        """
        if callable(answer):
            assignment = _assignment(self.topic, self.arguments)
            review = judge(assignment, assignment.outcomes(answer))
            return Answer(review.passed, self._solution() if review.passed else str(review))
        if answer == _target(self.mistake):
            return Answer(True, self._solution())
        made = re.search(rf"^ +{re.escape(answer)} = ", self.code, re.MULTILINE)
        why = "The line that makes it is right" if made else "No line of the function makes it"
        return Answer(False, f"Not {answer}. {why}.")

    def _solution(self) -> str:
        wrong, right = self.mistake.wrong, self.mistake.right
        return f"Right. `{wrong}`: {self.mistake.cause}. It has to be `{right}`."


def exercise(topic: Topic, seed: int = 0) -> Exercise:
    """A fresh network, and a function of the course with one wrong line, to be found.

    The right numbers are those of ``network.trace``; `gradient_check` says whether gradients are
    right; `review` tells what it is, for those who have given up.

    Parameters
    ----------
    topic : str
        ``"forward"``, ``"cost"``, ``"backward"`` or ``"update"``.
    seed : int
        Another one, another exercise.

    Raises
    ------
    HyperparameterError
        There is no such topic.

    Examples
    --------
    >>> import glassnet as gn
    >>> exercise = gn.exercise("update", seed=4)
    >>> print(exercise.check(gn.course.update_parameters).right)
    True
    """
    if topic not in FUNCTIONS:
        raise HyperparameterError(
            f"The 'topic' parameter of exercise must be one of {listed(map(repr, FUNCTIONS))}. "
            f"Got {shown(topic)} instead.",
            fix=did_you_mean(str(topic), get_args(Topic)),
        )
    random = np.random.default_rng(seed)
    n_x, n_h, m = (int(n) for n in random.permutation([3, 5, 7, 11])[:3])
    network = Network([Dense(n_h), Tanh(), Dense(1), Sigmoid()], BinaryCrossEntropy())
    parameters: Parameters = {
        name: 0.7 * random.standard_normal(W.shape)
        for name, W in network.initialize((n_x,)).items()
    }
    X = random.standard_normal((n_x, m))
    Y = (random.permutation(m) < m / 2).astype(float).reshape(1, m)
    arguments = _arguments(topic, parameters, X, Y)
    assignment = _assignment(topic, arguments)
    name = FUNCTIONS[topic]
    candidates = [each for each in CATALOGUE if each.stands_in(name)]
    drawn = (candidates[int(number)] for number in random.permutation(len(candidates)))
    mistake = next(each for each in drawn if _shows(each, assignment))
    function = mistake.functions()[name]
    code = _with_mistake(inspect.getsource(getattr(programs, name)), mistake)
    return Exercise(topic, network, parameters, X, Y, function, arguments, code, mistake)


def _arguments(
    topic: Topic, parameters: Parameters, X: FloatArray, Y: FloatArray
) -> dict[str, Any]:
    A2, cache = course.forward_propagation(X, parameters)
    if topic == "forward":
        return {"X": X, "parameters": parameters}
    if topic == "cost":
        return {"AL": A2, "Y": Y}
    if topic == "backward":
        return {"parameters": parameters, "cache": cache, "X": X, "Y": Y}
    grads = course.backward_propagation(parameters, cache, X, Y)
    return {"parameters": parameters, "grads": grads, "learning_rate": 0.5}


def _shows(mistake: Mistake, assignment: Assignment) -> bool:
    """Whether a mistake of one line gives other numbers than the right ones, and no exception."""
    name = assignment.name
    if mistake.also or not _target(mistake).isidentifier():
        return False
    (wrong,) = assignment.outcomes(mistake.functions()[name])
    (right,) = assignment.outcomes(assignment.reference)
    return (
        wrong.arrays.keys() == right.arrays.keys()
        and not wrong.written
        and any(
            fault(each, wrong.arrays[each], right.arrays[each], assignment.tolerance)
            for each in right.arrays
        )
    )


def _assignment(topic: Topic, arguments: Mapping[str, Any]) -> Assignment:
    name = FUNCTIONS[topic]
    others = {"A2": arguments["AL"]} if topic == "cost" else {}
    return Assignment(name, getattr(course, name), [Case(arguments, others)], results=FORMS[name])


def _target(mistake: Mistake) -> str:
    """The name on the left side of the wrong line."""
    return mistake.right.partition(" = ")[0]


def _with_mistake(code: str, mistake: Mistake) -> str:
    return code.replace(f" {mistake.right}\n", f" {mistake.wrong}\n")
