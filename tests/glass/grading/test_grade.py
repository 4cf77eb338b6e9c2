"""A folder of submissions: right ones, wrong ones, and those that try to hurt the grader."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import HyperparameterError, UnreadableFile
from glassnet.glass.grading import sandbox
from glassnet.glass.grading.answers import as_line, from_line
from glassnet.glass.review.outcome import Outcome

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")

RELU = "def relu(Z):\n    return np.maximum(0, Z)\n"
RIGHT = f"import numpy as np\n{RELU}"


def graded(folder: Path, code: str, *asked, **limits):
    (folder / "mine.py").write_text(code, "utf-8")
    return gn.grade(folder, asked or ["relu"], **limits).submissions[0]


def told(folder: Path, body: str, **limits) -> str:
    """What is said about a relu with this body."""
    code = "import numpy as np\ndef relu(Z):\n" + "\n".join(
        f"    {line}" for line in body.split("\n")
    )
    (review,) = graded(folder, code, **limits).reviews
    assert not review.passed
    return review.faults[0]


def test_right_and_wrong_functions(tmp_path):
    (tmp_path / "ada.py").write_text(
        f"{RIGHT}\ndef sigmoid(Z):\n    return 1 / (1 + np.exp(-Z))\n", "utf-8"
    )
    (tmp_path / "bob.py").write_text(
        f"{RIGHT}\ndef sigmoid(Z):\n    return 1 / (1 + np.exp(Z))\n", "utf-8"
    )
    (tmp_path / "cyd.py").write_text("def relu(Z)\n    return Z\n", "utf-8")
    (tmp_path / "notes.txt").write_text("no submission", "utf-8")
    grades = gn.grade(tmp_path, ["relu", "sigmoid"])
    assert str(grades) == (
        "Grades: 3 submissions\n"
        "  submission  right   wrong\n"
        "  ada.py      2 of 2\n"
        "  bob.py      1 of 2  sigmoid: the sign in the exponent: it is exp(−z)\n"
        "  cyd.py      0 of 2  SyntaxError: line 1: expected ':'"
    )


def test_what_is_not_asked_for_is_found_by_name(tmp_path):
    (tmp_path / "mine.py").write_text(f"{RIGHT}\ndef helper():\n    pass\n", "utf-8")
    (submission,) = gn.grade(tmp_path).submissions
    assert [review.name for review in submission.reviews] == ["relu"]


def test_a_review_in_another_process_is_the_same_as_here(tmp_path):
    code = (
        "import numpy as np\n"
        "def linear_backward(dZ, cache):\n"
        "    A_prev, W, b = cache\n"
        "    m = A_prev.shape[1]\n"
        "    return W.T @ dZ, dZ @ A_prev.T, np.sum(dZ, axis=0, keepdims=True) / m\n"
        "def L_model_forward(X, parameters):\n"
        "    A, caches, L = X, [], len(parameters) // 2\n"
        "    for l in range(1, L + 1):\n"
        "        Z = parameters['W1'] @ A + parameters[f'b{l}']\n"
        "        A = np.maximum(0, Z)\n"
        "    return A, caches\n"
        "def update_parameters(parameters, grads, learning_rate):\n"
        "    for name in parameters:\n"
        "        parameters[name] -= learning_rate * grads['d' + name]\n"
        "    return parameters\n"
        "def initialize_parameters_deep(layer_dims):\n"
        "    return {f'{k}{l}': np.zeros((layer_dims[l], layer_dims[l - 1] if k == 'W' else 1))\n"
        "            for l in range(1, len(layer_dims)) for k in 'Wb'}\n"
        "def predict(w, b, X):\n"
        "    return 1.0 * (w.T @ X + b > 0)\n"
    )
    namespace: dict[str, object] = {}
    exec(code, namespace)
    names = [name for name in namespace if name not in ("np", "__builtins__")]
    assert len(names) == 5
    submission = graded(tmp_path, code, *names)
    assert list(submission.reviews) == [gn.review(namespace[name]) for name in names]
    assert submission.right == 1


def test_an_assignment_of_ones_own(tmp_path):
    cube = gn.Assignment("cube", lambda x: x**3, [{"x": np.arange(3.0)}], tolerance=1e-9)
    assert graded(tmp_path, "def cube(x):\n    return x * x * x\n", cube).right == 1
    wrong = graded(tmp_path, "def cube(x):\n    return 2 * x**3\n", cube)
    assert list(wrong.wrong()) == ["cube: Every number of result is 2 times the right one."]


def test_a_function_that_is_missing_is_wrong(tmp_path):
    (review,) = graded(tmp_path, "x = 1\n").reviews
    assert review.faults == ("There is no function called relu.",)


def test_a_file_that_cannot_be_run(tmp_path):
    (review,) = graded(tmp_path, f"import testCases\n{RIGHT}").reviews
    assert review.faults == (
        "The file cannot be run: ModuleNotFoundError: No module named 'testCases'.",
    )


# --- What a submission may try --------------------------------------------------------------------


def test_one_that_loops(tmp_path):
    code = f"{RIGHT}\ndef sigmoid(Z):\n    while True:\n        pass\n"
    submission = graded(tmp_path, code, "sigmoid", "relu", seconds=5)
    assert [review.passed for review in submission.reviews] == [False, True]
    assert submission.reviews[0].faults == ("It raises TimeoutError: it took longer than 5 s.",)


def test_one_that_sleeps_when_it_is_imported(tmp_path):
    (review,) = graded(tmp_path, f"import time\ntime.sleep(60)\n{RIGHT}", seconds=1.0).reviews
    assert "TimeoutError" in review.faults[0]


def test_the_time_that_python_takes_to_start_is_not_the_submissions(tmp_path, monkeypatch):
    """A boot that sleeps for longer than the limit, as on a busy machine."""
    boot = sandbox._BOOT
    monkeypatch.setattr(sandbox, "_BOOT", f"import time; time.sleep(4); {boot}")
    assert graded(tmp_path, RIGHT, seconds=3).right == 1


def test_a_process_that_does_not_start(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "_BOOT", "pass")
    (review,) = graded(tmp_path, RIGHT).reviews
    assert review.faults == ("It raises ChildProcessError: its process did not start.",)


def test_one_that_allocates(tmp_path):
    assert "MemoryError" in told(tmp_path, "return np.ones(10**10)")
    assert "MemoryError" in told(tmp_path, "return bytearray(2**31)", megabytes=512)


def test_one_that_exits(tmp_path):
    assert told(tmp_path, "import sys\nsys.exit(3)") == "It raises SystemExit: 3."
    assert told(tmp_path, "import os\nos._exit(3)") == (
        "It raises SystemExit: it ended the process, with exit code 3."
    )
    (review,) = graded(tmp_path, f"raise SystemExit\n{RIGHT}").reviews
    assert review.faults == ("The file cannot be run: SystemExit.",)


def test_one_that_prints_megabytes_is_right(tmp_path):
    code = f"import sys\nprint('x' * 10**7)\nsys.stderr.write('y' * 10**7)\n{RIGHT}"
    assert graded(tmp_path, code).right == 1


def test_one_that_recurses(tmp_path):
    assert "RecursionError" in told(tmp_path, "return relu(Z)")


@pytest.mark.parametrize(
    ("body", "event"),
    [
        ("import os\nos.fork()", "os.fork"),
        ("import subprocess\nsubprocess.run(['true'])", "subprocess.Popen"),
        ("import os\nos.system('true')", "os.system"),
        ("import os\nos.kill(os.getppid(), 9)", "os.kill"),
        ("import socket\nsocket.create_connection(('127.0.0.1', 9))", "socket."),
        ("import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9')", "socket."),
        ("import shutil\nshutil.rmtree('/nowhere')", "shutil.rmtree"),
        ("import os\nos.remove(__file__)", "os.remove"),
        ("import ctypes\nctypes.CDLL(None)", "ctypes."),
        ("open('x', 'w')", "open is not"),
        ("open(__file__, 'a')", "open is not"),
        ("import os\nos.open('x', os.O_CREAT | os.O_WRONLY)", "open is not"),
        ("np.save('x.npy', Z)", "open is not"),
        ("import os\nos.mkdir('x')", "os.mkdir"),
    ],
)
def test_one_that_reaches_out(tmp_path, body, event):
    fault = told(tmp_path, body)
    assert "not allowed in a submission" in fault
    assert event in fault
    assert [path.name for path in tmp_path.iterdir()] == ["mine.py"]


def test_one_that_takes_our_functions(tmp_path):
    assert "import of glassnet halted" in told(
        tmp_path, "from glassnet import course\nreturn course.relu(Z)"
    )


def test_one_that_answers_with_something_huge(tmp_path):
    assert told(tmp_path, "return np.zeros((10**4, 10**3))") == (
        "A has the shape (10000, 1000): too large for an answer."
    )


def test_one_that_writes_answers_of_its_own(tmp_path):
    body = (
        "import os\nfor fd in range(3, 200):\n    try:\n        os.write(fd, b'{}\\n' * 50)\n"
        "    except OSError:\n        pass\nreturn Z"
    )
    assert "this is no answer" in told(tmp_path, body)


def test_one_that_floods_the_answers(tmp_path):
    body = (
        "import os\nwhile True:\n    for fd in range(3, 200):\n        try:\n"
        "            os.write(fd, b'x' * 10**6)\n        except OSError:\n            pass"
    )
    assert "MemoryError: its answers are too long" in told(tmp_path, body)


def test_one_that_closes_the_line(tmp_path):
    assert "SystemExit" in told(tmp_path, "import os\nos.closerange(3, 200)\nreturn Z")


def test_one_that_returns_objects_that_act(tmp_path):
    body = (
        "class Bad:\n    def __array__(self, *a, **k):\n        raise SystemExit(7)\n"
        "    def __float__(self):\n        raise SystemExit(7)\nreturn Bad()"
    )
    assert told(tmp_path, body)


def test_answers_go_there_and_back():
    outcome = Outcome({"A": np.array([[1.5, np.nan]]), "n": 3, "odd": object()}, notes=("a note",))
    back = from_line(as_line(outcome).encode())
    np.testing.assert_array_equal(back.arrays["A"], outcome.arrays["A"])
    assert back.arrays["n"] == 3
    assert back.arrays["odd"] == "object"
    assert back.notes == ("a note",)


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"[]",
        b"3",
        b"nonsense",
        b'{"arrays": 3}',
        b'{"arrays": {"A": {"shape": [2], "data": [1]}}, "written": [], "replaced": [], '
        b'"notes": [], "error": "", "form": ""}',
        b"[" * 100_000,
        b'{"arrays": {"A": {"shape": [-1, 1e400], "data": [1]}}}',
    ],
)
def test_a_line_that_is_no_answer_is_refused(line):
    with pytest.raises(ValueError):  # noqa: PT011 (of any text)
        from_line(line)


# --- Reports --------------------------------------------------------------------------------------


def test_reports_show_names_and_errors_as_they_stand(tmp_path):
    code = "def relu(Z):\n    raise ValueError('<script>alert(1)</script> `x` | # *')\n"
    (tmp_path / "a_b.py").write_text(code, "utf-8")
    grades = gn.grade(tmp_path, ["relu"])
    page = grades.to_html()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<h3 class="wrong">relu: wrong</h3>' in page
    text = grades.to_markdown()
    assert "| a\\_b.py | 0 of 1 |" in text
    assert "\n    It raises ValueError: <script>alert(1)</script> `x` | # *.\n" in text
    data = json.loads(json.dumps(grades.to_data()))
    assert data[0]["submission"] == "a_b.py"
    assert data[0]["reviews"][0]["wrong"] == ["relu"]


def test_a_folder_without_submissions(tmp_path):
    with pytest.raises(UnreadableFile) as caught:
        gn.grade(tmp_path)
    assert "to fix     put one file for each learner into it" in str(caught.value)
    with pytest.raises(UnreadableFile, match=r"received   no folder"):
        gn.grade(tmp_path / "none")


def test_a_system_without_limits_is_refused(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(RIGHT, "utf-8")
    monkeypatch.setattr("glassnet.glass.grading.grade.sys.platform", "win32")
    with pytest.raises(HyperparameterError, match=r"needs a system that can limit a process"):
        gn.grade(str(tmp_path))


def test_an_unknown_function_is_refused_before_anything_runs(tmp_path):
    (tmp_path / "mine.py").write_text(RIGHT, "utf-8")
    with pytest.raises(HyperparameterError, match=r"did you mean 'relu'"):
        gn.grade(tmp_path, ["relo"])


def test_a_file_that_is_no_text(tmp_path):
    (tmp_path / "mine.py").write_bytes(b"\xff\xfe\x00")
    (submission,) = gn.grade(tmp_path, ["relu"]).submissions
    assert submission.fault.startswith(("UnicodeDecodeError", "SyntaxError", "ValueError"))
