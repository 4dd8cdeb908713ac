"""The command line as users meet it: words, exit statuses, one-line errors, nothing lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from exactland.cli.main import main
from exactland.kernel.__main__ import main as kernel_main
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.model.progress import Progress
from exactland.provers import rims_near_point
from exactland.provers.basin_boxes import basin_evidence

Run = Callable[..., tuple[int, str, str]]
PROBLEM = {
    "format": "exactland-problem/1",
    "network": {
        "inputs": 1,
        "hidden": [{"units": 1, "activation": "sigmoid", "bias": False}],
        "outputs": 1,
        "output_bias": False,
    },
    "loss": "half-squared-error",
    "data": {"x": [["-0.309"], ["-3"]], "y": [["-1.9875"], ["2.51"]]},
}


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        status = main([str(a) for a in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    return call


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PROBLEM))
    return path


def point_file(tmp_path: Path, *theta: str) -> Path:
    path = tmp_path / "point.json"
    path.write_text(json.dumps({"format": "exactland-point/1", "theta": list(theta)}))
    return path


# What commands say


def test_certify_writes_a_certificate_that_check_and_show_accept(
    run: Run, problem: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "bad.cert.json"
    status, said, _ = run("certify", problem, "--starts", 4, "--out", out)
    assert status == 0
    assert said.startswith("sub-optimal strict local minimum certified: ")
    assert run("check", out)[0] == 0
    status, shown, _ = run("show", out)
    assert status == 0
    for words in (
        "1 unit without bias (sigmoid)",
        "w1[1,1], v[1,1]",
        "N = 2 samples",
        "-309/1000 -> -159/80",
        "strict local minimum that is not global",
        "Not claimed",
    ):
        assert words in shown
    for label in ("loss ", "curvature ", "distance ", "radius ", "barrier ", "witness "):
        assert f"\n          {label}" in shown


def test_certify_without_out_says_that_nothing_was_kept(run: Run, problem: Path) -> None:
    status, said, noted = run("certify", problem, "--starts", 4)
    assert status == 0
    assert "was not kept" in noted
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        ("bad-basin", "bad basin certified"),
        ("strict-minimum", "strict local minimum certified"),
        ("local-minimum", "local minimum certified"),
    ],
)
def test_the_first_words_name_what_was_proved(
    run: Run, problem: Path, claim: str, word: str
) -> None:
    status, said, _ = run("certify", problem, "--starts", 4, "--claim", claim)
    assert status == 0
    assert said.startswith(word + ":")


def test_refuted_is_exit_1_with_a_certificate(run: Run, problem: Path, tmp_path: Path) -> None:
    out = tmp_path / "no.cert.json"
    status, said, _ = run(
        "certify", problem, "--point", point_file(tmp_path, "1", "1"), "--out", out
    )
    assert status == 1
    assert said.startswith("refuted: ")
    assert run("check", out)[0] == 0
    assert "holds no local minimum (rule 3.5)" in run("show", out)[1]


def degenerate(folder: Path) -> Path:
    """A critical point that is flat to second order, and cubic there
    (tests/engine/test_certify.py).
    """
    layer = {
        "units": 1,
        "activation": {"polynomial": ["8", "-35", "66", "-63", "33", "-9", "1"]},
        "bias": False,
    }
    flat = {**PROBLEM, "data": {"x": [["1"], ["2"]], "y": [["-1"], ["3"]]}, "point": ["1", "1"]}
    flat["network"] = {**PROBLEM["network"], "hidden": [layer]}  # type: ignore[dict-item]
    path = folder / "flat.json"
    path.write_text(json.dumps(flat))
    return path


def test_inconclusive_is_exit_3_and_names_directions(run: Run, tmp_path: Path) -> None:
    status, said, _ = run("certify", degenerate(tmp_path), "--starts", 4)
    assert status == 3
    assert said.startswith("inconclusive: ")
    assert "v[1,1]" in said


def test_a_spent_budget_says_what_was_tried(run: Run, problem: Path) -> None:
    status, said, _ = run("certify", problem, "--steps", 1)
    assert status == 3
    assert said == (
        "inconclusive: the budget of 1 step is spent. Tried: wide theorem, trained minima."
        " What would help: a larger --steps.\n"
    )


def test_json_is_one_object_per_result(run: Run, problem: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.cert.json"
    status, said, _ = run("certify", problem, "--starts", 4, "--json", "--out", out)
    result = json.loads(said)
    assert status == 0
    assert result["outcome"] == "certified"
    assert result["kind"] == "sub-optimal-strict-minimum"
    assert float(result["loss_low"]) <= float(result["loss_high"])
    status, said, _ = run("check", "--json", out, problem)
    assert [json.loads(line)["status"] for line in said.splitlines()] == ["verified", "malformed"]


def test_show_problem_prints_and_latexes_the_encoding(run: Run, problem: Path) -> None:
    status, said, _ = run("show", problem)
    assert status == 0
    assert "\nE = " in said
    assert "dE/dw1[1,1] = " in said
    assert "d2E/dw1[1,1] dv[1,1] = " in said
    status, latex, _ = run("show", problem, "--latex")
    assert status == 0
    assert latex.count(r"\[") == latex.count(r"\]") == 1 + 2 + 3
    assert r"\frac{\partial^2 E}{\partial w^{(1)}_{1,1}\,\partial v_{1,1}}" in latex


def test_doctor_and_version(run: Run) -> None:
    status, said, _ = run("doctor")
    assert status == 0
    assert "python-flint" in said
    assert "a false twin is rejected" in said
    status, said, _ = run("--version")
    assert status == 0
    assert said.startswith("exactland, version ")


def test_check_gives_the_worst_status(
    run: Run, problem: Path, tmp_path: Path, shipped: dict[str, bytes]
) -> None:
    good, bad = tmp_path / "good.cert.json", tmp_path / "bad.cert.json"
    good.write_bytes(shipped["sine-2-1"])
    bad.write_bytes(shipped["sine-2-1"].replace(b'"minimum":"0"', b'"minimum":"1"'))
    assert run("check", good)[0] == 0
    status, said, _ = run("check", good, problem, bad)
    assert status == 1
    assert "rejected [order at evidence.steps[1]]" in said
    assert run("check", good, problem)[0] == 2
    status, _, noted = run("check", tmp_path)
    assert status == 1
    assert "1 of 2 verified" in noted


def test_check_of_an_empty_folder_is_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    status, said, _ = run("check", tmp_path / "empty")
    assert status == 2
    assert "no *.cert.json in this folder" in said


def test_show_never_echoes_an_unverified_claim(
    run: Run, tmp_path: Path, shipped: dict[str, bytes]
) -> None:
    path = tmp_path / "x.cert.json"
    path.write_bytes(shipped["sine-2-1"].replace(b'"gap":"', b'"gap":"9'))
    status, said, _ = run("show", path)
    assert status == 1
    assert said.startswith("rejected [bind")
    assert "minimum" not in said.partition(":")[2]


# Bad input


def variants() -> dict[str, tuple[bytes, str]]:
    """name: (bytes of a problem file, what the one line must say)."""

    def edit(**changes: object) -> bytes:
        return json.dumps({**PROBLEM, **changes}).encode()

    def layer(**changes: object) -> bytes:
        return edit(
            network={
                **PROBLEM["network"],
                "hidden": [{**PROBLEM["network"]["hidden"][0], **changes}],
            }
        )  # type: ignore[index,dict-item]

    text = json.dumps(PROBLEM)
    return {
        "empty": (b"", "is empty"),
        "truncated": (text[:100].encode(), "not JSON"),
        "not utf-8": (b"\xff\xfe{}", "not UTF-8"),
        "byte order mark": (b"\xef\xbb\xbf" + text.encode(), "not JSON"),
        "nul bytes": (b"\0" * 50, "not JSON"),
        "deeply nested": (b"[" * 100_000, "nested deeper than 100"),
        "a list": (b"[]", "an object"),
        "a string": (b'"x"', "an object"),
        "duplicate key": (
            text.replace('"loss"', '"loss": "half-squared-error", "loss"').encode(),
            "'loss' stands twice",
        ),
        "unknown key": (edit(lr="0.1"), "unknown field 'lr'"),
        "missing key": (
            json.dumps({k: v for k, v in PROBLEM.items() if k != "loss"}).encode(),
            "'loss' is missing",
        ),
        "unknown version": (
            edit(format="exactland-problem/9"),
            "format: 'exactland-problem/9' is not known",
        ),
        "unknown loss": (edit(loss="hinge"), "loss: 'hinge' is not known"),
        "NaN": (text.replace('"-3"', "NaN").encode(), "NaN is not a number"),
        "Infinity": (text.replace('"-3"', "-Infinity").encode(), "-Infinity is not a number"),
        "zero denominator": (
            text.replace('"-3"', '"1/0"').encode(),
            "data.x[1][0]: '1/0' has denominator zero",
        ),
        "huge exponent": (
            text.replace('"-3"', "1e999999999").encode(),
            "data.x[1][0]: '1e999999999': the exponent",
        ),
        "huge number": (
            text.replace('"-3"', "9" * 100_000).encode(),
            "data.x[1][0]: a number of 100000 characters",
        ),
        "too large for floats": (
            text.replace('"-3"', "1e400").encode(),
            "too large to search with floats",
        ),
        "boolean number": (
            text.replace('"-3"', "true").encode(),
            "data.x[1][0]: a number is needed",
        ),
        "null": (
            text.replace('"-3"', "null").encode(),
            "data.x[1][0]: a number is needed, not null",
        ),
        "ragged row": (
            edit(data={"x": [["1"], ["1", "2"]], "y": [["1"], ["1"]]}),
            "data.x[1]: 2 numbers where the network has 1",
        ),
        "more targets": (
            edit(data={"x": [["1"]], "y": [["1"], ["1"]]}),
            "data.y: 2 rows for 1 samples",
        ),
        "no samples": (edit(data={"x": [], "y": []}), "data.x: the list is empty"),
        "point of the wrong length": (
            edit(point=["1"]),
            "point: 1 numbers where the network has 2 parameters",
        ),
        "no hidden layer": (
            edit(network={**PROBLEM["network"], "hidden": []}),
            "network.hidden: the list is empty",
        ),  # type: ignore[dict-item]
        "width zero": (layer(units=0), "network.hidden[0].units: 0 is not a whole number"),
        "negative width": (layer(units=-2), "network.hidden[0].units: -2 is not a whole number"),
        "fractional width": (
            layer(units=1.5),
            "network.hidden[0].units: 1.5 is not a whole number",
        ),
        "enormous width": (layer(units=10**9), "network.hidden[0].units: 1000000000 is not"),
        "bias as text": (layer(bias="yes"), "network.hidden[0].bias: true or false"),
        "unknown activation": (
            layer(activation="sigmoyd"),
            "network.hidden[0].activation: unknown activation 'sigmoyd' (known: sigmoid",
        ),
        "unknown kind": (layer(activation={"spline": []}), "unknown kind 'spline'"),
        "empty polynomial": (
            layer(activation={"polynomial": []}),
            "activation.polynomial: the list is empty",
        ),
        "unsorted breakpoints": (
            layer(
                activation={
                    "piecewise-linear": {
                        "breakpoints": ["1", "0"],
                        "slopes": ["1", "2", "3"],
                        "value_at_0": "0",
                    }
                }
            ),
            "breakpoints[1]: breakpoints must increase",
        ),
        "slopes missing": (
            layer(
                activation={
                    "piecewise-linear": {"breakpoints": ["1"], "slopes": ["1"], "value_at_0": "0"}
                }
            ),
            "1 slopes for 1 breakpoints",
        ),
        "unknown operator": (
            layer(activation={"expression": ["sinh", "x"]}),
            "unknown operator 'sinh'",
        ),
        "code in an expression": (
            layer(activation={"expression": "__import__('os')"}),
            "is not a rational number",
        ),
        "wrong arity": (layer(activation={"expression": ["exp", "x", "x"]}), "exp with 2 operands"),
        "huge power": (
            layer(activation={"expression": ["^", "x", "1000"]}),
            "exponent is not an integer from -64 to 64",
        ),
        "deep expression": (
            layer(activation={"expression": json.loads('["exp",' * 50 + '"x"' + "]" * 50)}),
            "more than 40 levels",
        ),
        "undefined on the data": (
            layer(activation={"expression": ["log", ["*", "-1", ["^", "x", "2"]]]}),
            "the loss is not defined",
        ),
    }


@pytest.mark.parametrize("name", variants())
def test_bad_problem_files_give_one_line_that_names_the_place(
    run: Run, tmp_path: Path, name: str
) -> None:
    data, words = variants()[name]
    path = tmp_path / "bad.json"
    path.write_bytes(data)
    status, out, err = run("certify", path, "--starts", 2)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("error: ")
    assert words in err
    assert path.read_bytes() == data


@pytest.mark.parametrize("command", ["certify", "show"])
def test_missing_files_and_folders(run: Run, tmp_path: Path, command: str) -> None:
    status, _, err = run(command, tmp_path / "none.json")
    assert status == 2
    assert "none.json: cannot be read: No such file" in err
    status, _, err = run(command, tmp_path)
    assert status == 2
    assert "is a folder" in err


def test_names_that_are_too_long_and_strings_without_end(run: Run, tmp_path: Path) -> None:
    for command in ("certify", "check", "show"):
        status, out, err = run(command, "a" * 5000)
        assert status == 2
        assert (out + err).count("\n") <= 2
    path = tmp_path / "quotes.json"
    path.write_bytes(b'"' + b'\\"' * 10**6)
    assert run("show", path)[0] == 2


def test_a_named_pipe_does_not_hang(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pipe.cert.json"
    os.mkfifo(path)
    for command in ("certify", "check", "show"):
        assert run(command, path)[0] == 2
    assert kernel_main([str(path)]) == 2


def test_missing_and_unreadable_files_in_check(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("check", tmp_path / "none.cert.json")
    assert status == 2
    assert out.startswith("malformed")


def test_bad_points(run: Run, problem: Path, tmp_path: Path) -> None:
    assert (
        "theta: 1 numbers where" in run("certify", problem, "--point", point_file(tmp_path, "1"))[2]
    )
    assert (
        "theta[1]: 'x' is not"
        in run("certify", problem, "--point", point_file(tmp_path, "1", "x"))[2]
    )
    assert run("certify", problem, "--within", "1")[0] == 2
    assert (
        run("certify", problem, "--point", point_file(tmp_path, "1", "1"), "--within", "-1")[0] == 2
    )
    status, _, err = run(
        "certify", problem, "--point", point_file(tmp_path, "1", "1"), "--within", "abc"
    )
    assert status == 2
    assert "--within: 'abc' is not a rational number" in err


def test_a_point_outside_the_domain(run: Run, tmp_path: Path) -> None:
    layer = {"units": 1, "activation": {"expression": ["log", "x"]}, "bias": False}
    path = tmp_path / "log.json"
    path.write_text(
        json.dumps(
            {**PROBLEM, "network": {**PROBLEM["network"], "hidden": [layer]}, "point": ["1", "1"]}
        )
    )  # type: ignore[dict-item]
    status, _, err = run("certify", path)
    assert status == 2
    assert "point: " in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["certify"],
        ["nonsense"],
        ["check"],
        ["certify", "p.json", "--claim", "best"],
        ["certify", "p.json", "--starts", "0"],
        ["certify", "p.json", "--starts", "x"],
        ["certify", "p.json", "--out", "x.json"],
        ["reproduce", "--only", "deep"],
        ["reproduce", "--processes", "0"],
        ["show", "--latex"],
    ],
)
def test_wrong_usage_is_2(run: Run, arguments: list[str]) -> None:
    assert run(*arguments)[0] == 2


def test_unwritable_output(run: Run, problem: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file" / "x.cert.json", Path("/proc/nowhere/x.cert.json")):
        status, _, err = run("certify", problem, "--starts", 4, "--out", out)
        assert status == 2
        assert err.count("\n") == 1
        assert "x.cert.json" in err
    assert run("reproduce", "--out", tmp_path / "file")[0] == 2


def test_too_large_is_4(run: Run, tmp_path: Path) -> None:
    layer = {"units": 100_000, "activation": "tanh", "bias": True}
    path = tmp_path / "large.json"
    path.write_text(
        json.dumps({**PROBLEM, "network": {**PROBLEM["network"], "hidden": [layer] * 3}})
    )  # type: ignore[dict-item]
    for arguments in (("certify", path), ("show", path), ("show", path, "--latex")):
        status, _, err = run(*arguments)
        assert status == 4
        assert err.startswith("limit: ")


def test_huge_files_are_4(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "huge.cert.json"
    path.write_bytes(b"[" + b" " * (5 << 20))
    for command in ("certify", "check", "show"):
        assert run(command, path)[0] == 4


def test_an_interrupted_run_leaves_no_half_file(root: Path, tmp_path: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        out = tmp_path / str(number)
        process = subprocess.Popen(
            [sys.executable, "-m", "exactland", "reproduce", "--only", "narrow", "--out", str(out)],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.time() + 60
        while not list(out.rglob("*.cert.json")) and time.time() < deadline:
            time.sleep(0.01)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (130, "interrupted: nothing half-written was left\n")
        left = [path for path in out.rglob("*") if path.is_file()]
        assert not [path for path in left if path.name.startswith(".")]
        for path in left:
            shipped = root / "proofs" / path.relative_to(out)
            assert path.read_bytes() == shipped.read_bytes()


def test_a_closed_pipe_is_quiet(root: Path) -> None:
    command = (
        f"{sys.executable} -m exactland show {root}/proofs/problems/sigmoid-3-2.json | head -n 1"
    )
    done = subprocess.run(
        ["sh", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.stderr == ""


# classify


def test_classify_says_what_a_point_is(run: Run, problem: Path, tmp_path: Path) -> None:
    out = tmp_path / "what.cert.json"
    status, said, _ = run(
        "classify",
        problem,
        "--point",
        point_file(tmp_path, "-1.03137", "1"),
        "--within",
        "0.01",
        "--out",
        out,
    )
    assert status == 0
    assert said.startswith("strict local minimum: the loss has a strict local minimum within")
    assert run("check", out)[0] == 0
    status, said, _ = run(
        "classify", problem, "--point", point_file(tmp_path, "1", "1"), "--out", out
    )
    assert status == 0
    assert said.startswith("no local minimum: no parameters within the stated distance")
    assert "the loss has a strict slope along " in said
    assert "direction  on the whole box the loss has a strict slope along" in run("show", out)[1]
    status, said, _ = run("classify", problem, "--point", point_file(tmp_path, "1", "1"), "--json")
    found = json.loads(said)
    assert (status, found["outcome"], found["order"], len(found["direction"])) == (
        0,
        "no-local-minimum",
        "first",
        2,
    )


def test_classify_is_inconclusive_with_the_kernel_of_the_hessian(run: Run, tmp_path: Path) -> None:
    path = degenerate(tmp_path)
    status, said, _ = run("classify", path)
    assert status == 3
    assert "singular in 1 direction: " in said
    status, said, _ = run("classify", path, "--json")
    assert status == 3
    (kernel,) = json.loads(said)["kernel"]
    assert [abs(float(v)) for v in kernel] == pytest.approx([0.5**0.5] * 2, abs=1e-5)


def test_classify_needs_a_point(run: Run, problem: Path) -> None:
    status, out, err = run("classify", problem)
    assert (status, out) == (2, "")
    assert err == (
        'error: point: classifying needs a point: name a file with --point, or add "point" to the'
        " problem\n"
    )


@pytest.mark.parametrize(
    ("loss", "outputs", "y", "words"),
    [
        (
            "logistic",
            1,
            [["0"], ["1"]],
            (
                "data.y[0]: (0) are not targets of the loss logistic (it takes one output, labels"
                " -1 and 1)"
            ),
        ),
        ("logistic", 2, [["1", "1"], ["1", "1"]], "not targets of the loss logistic"),
        ("softmax-cross-entropy", 1, [["1"], ["1"]], "at least 2 outputs"),
        (
            "softmax-cross-entropy",
            2,
            [["1", "0"], ["1/2", "1/3"]],
            "data.y[1]: (1/2, 1/3) are not targets",
        ),
        (
            "softmax-cross-entropy",
            2,
            [["2", "-1"], ["1", "0"]],
            "data.y[0]: (2, -1) are not targets",
        ),
        ("multinomial-logistic", 2, [["1", "1"], ["1", "0"]], "data.y[0]: (1, 1) are not targets"),
        (
            "cross-entropy",
            2,
            [["1", "0"], ["1", "0"]],
            "loss: 'cross-entropy' is not known here (known: half-squared-error, logistic",
        ),
    ],
)
def test_targets_that_make_no_sense_to_the_loss(
    run: Run, tmp_path: Path, loss: str, outputs: int, y: list, words: str
) -> None:
    path = tmp_path / "labels.json"
    path.write_text(
        json.dumps(
            {
                **PROBLEM,
                "loss": loss,
                "network": {**PROBLEM["network"], "outputs": outputs},
                "data": {"x": [["1"], ["2"]], "y": y},
            }
        )
    )  # type: ignore[dict-item]
    status, out, err = run("certify", path)
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_everything_the_command_does_python_does(run: Run, problem: Path, tmp_path: Path) -> None:
    """The same bytes from `exactland.certify` and `exactland certify`, with every option."""
    from exactland import Certified, certify, read_point, read_problem, write_certificate

    point = point_file(tmp_path, "-1.03", "1")
    by_command, by_python = tmp_path / "command.cert.json", tmp_path / "python.cert.json"
    options = [
        "--point",
        point,
        "--within",
        "1/10",
        "--claim",
        "bad-basin",
        "--starts",
        "9",
        "--seed",
        "5",
    ]
    assert run("certify", problem, *options, "--out", by_command)[0] == 0
    given = read_problem(problem)
    outcome = certify(
        given, read_point(point, given), within=Fraction(1, 10), claim="bad-basin", starts=9, seed=5
    )
    assert isinstance(outcome, Certified)
    write_certificate(by_python, outcome.certificate)
    assert by_python.read_bytes() == by_command.read_bytes()


# The wide side


def wide_problem(tmp_path: Path, **changes: object) -> Path:
    layer = {"units": 3, "activation": "tanh", "bias": True}
    network = {**PROBLEM["network"], "hidden": [layer], **changes}  # type: ignore[dict-item]
    path = tmp_path / "wide.json"
    path.write_text(
        json.dumps(
            {
                **PROBLEM,
                "network": network,
                "data": {"x": [["1"], ["2"], ["3"]], "y": [["1"], ["0"], ["2"]]},
            }
        )
    )
    return path


def test_escape_writes_a_path_that_check_and_show_accept(run: Run, tmp_path: Path) -> None:
    problem, out = wide_problem(tmp_path), tmp_path / "way.cert.json"
    status, said, _ = run("escape", problem, "--out", out)
    assert status == 0
    assert said.startswith(
        "escape certified: from all parameters zero (loss 2.5), 1 segment (idle), then the last"
        " layer alone, to the infimum"
    )
    assert "(rules 4.3, 4.4)" in said
    assert run("check", out)[0] == 0
    shown = run("show", out)[1]
    assert "path       1 segment (rule 4.4)" in shown
    assert "that training takes this path" in shown
    status, said, _ = run(
        "escape", problem, "--point", point_file(tmp_path, *["1"] * 9), "--below", "1/100", "--json"
    )
    found = json.loads(said)
    assert (status, found["outcome"], found["end"], found["from_zero"]) == (
        0,
        "escape",
        "0.01",
        False,
    )
    assert found["reasons"][-1] == "convex"


def test_escape_is_inconclusive_where_there_is_no_way_found(run: Run, tmp_path: Path) -> None:
    layer = {"units": 1, "activation": "leaky-relu", "bias": False}
    data = {"x": [["1"], ["2"], ["-1"]], "y": [["0"], ["2"], ["-10001/100"]]}
    flat = {
        **PROBLEM,
        "network": {**PROBLEM["network"], "hidden": [layer]},
        "data": data,
        "point": ["1", "1"],
    }  # type: ignore[dict-item]
    path = tmp_path / "flat.json"
    path.write_text(json.dumps(flat))
    status, said, _ = run("escape", path)
    assert status == 3
    assert "width 1" in said
    status, said, _ = run("escape", path, "--json")
    assert (status, json.loads(said)["outcome"]) == (3, "inconclusive")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--below", "x"), "--below: 'x' is not a rational number"),
        (("--eta", "-1"), "eta: -1 is negative"),
        (("--eta", "1e999999999"), "exponent is beyond"),
        (("--out", "way.json"), "certificates end in .cert.json"),
        (("--point", "nowhere.json"), "nowhere.json"),
        (("--seed", "-1"), "--seed"),
    ],
)
def test_wrong_input_to_escape_is_one_line(
    run: Run, tmp_path: Path, arguments: tuple[str, str], words: str
) -> None:
    status, out, err = run("escape", wide_problem(tmp_path), *arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_the_wide_theorem_is_a_claim(run: Run, tmp_path: Path) -> None:
    problem, out = wide_problem(tmp_path), tmp_path / "none.cert.json"
    status, said, _ = run("certify", problem, "--claim", "no-sub-optimal-basin", "--out", out)
    assert (status, said.splitlines()[0]) == (
        0,
        "no sub-optimal basin certified: the loss has no sub-optimal basin (rule 4.2).",
    )
    assert "Proof (rule 4.2)" in run("show", out)[1]
    status, said, _ = run("certify", problem, "--claim", "no-basin", "--out", out)
    assert (status, said.splitlines()[0]) == (
        0,
        "no basin certified: the loss has no basin at all (rule 4.6).",
    )
    assert "Proof (rule 4.6)" in run("show", out)[1]
    narrow = wide_problem(tmp_path, hidden=[{"units": 2, "activation": "sin", "bias": True}])
    status, said, _ = run("certify", narrow, "--claim", "no-basin")
    assert status == 3
    assert "the widest hidden layer (layer 1) has 2 units; for 3 different inputs it" in said
    problem = wide_problem(tmp_path)
    status, said, _ = run("certify", problem, "--claim", "bad-basin")
    assert (status, said.split(":")[0]) == (1, "refuted")
    status, _, err = run("certify", problem, "--claim", "no-basin", "--within", "1")
    assert status == 2
    assert "the claim no-basin is about all parameters" in err


def test_classify_names_what_exactly_the_point_is(run: Run, tmp_path: Path) -> None:
    problem, out = wide_problem(tmp_path, output_bias=True), tmp_path / "point.cert.json"
    problem.write_text(
        problem.read_text().replace('[["1"], ["0"], ["2"]]', '[["1"], ["1"], ["1"]]')
    )
    status, said, _ = run(
        "classify", problem, "--point", point_file(tmp_path, *["0"] * 9, "1"), "--out", out
    )
    assert status == 0
    assert said.startswith("in no basin: the stated parameters lie in no basin of the loss")
    assert "line       of equal loss" in run("show", out)[1]
    status, said, _ = run(
        "classify", problem, "--point", point_file(tmp_path, *["0"] * 9, "1"), "--json"
    )
    assert (status, json.loads(said)["outcome"]) == (0, "in-no-basin")


def test_reproduce_shows_the_transition_first(run: Run, tmp_path: Path) -> None:
    status, said, _ = run("reproduce", "--only", "wide", "--processes", 1, "--out", tmp_path)
    assert status == 0
    assert said.startswith("The phase transition, on one data set each")
    assert said.count("to zero loss, never above the start  verified") == 15
    assert (tmp_path / "wide" / "transition.svg").is_file()


# e^(-3 10^9) before a kink, and pre-activations of 10^8 either side of 0 in a network whose
# features differ by 10^(-10^8)
TINY = {
    "before a kink": ("1", [(1, "exp"), (1, "relu")], ["-3000000000", "1", "1"], False),
    "features": (
        "1",
        [(2, "steep"), (1, "steep")],
        ["1", "10000", "10000", "-10000", "1", "0"],
        True,
    ),
}


@pytest.fixture(scope="module")
def boxes() -> dict[object, object]:
    """What was found around a point by the longest search of all, by the question."""
    return {}


@pytest.fixture
def one_search_for_boxes(monkeypatch: pytest.MonkeyPatch, boxes: dict[object, object]) -> None:
    """Commands that ask the same of the same point share the answer."""

    def searched(problem: Problem, point: Vector, within: Fraction, progress: Progress) -> object:
        asked = (problem, tuple(point), within)
        if asked not in boxes:
            boxes[asked] = basin_evidence(problem, point, within, progress)
        return boxes[asked]

    monkeypatch.setattr(rims_near_point, "basin_evidence", searched)


@pytest.mark.usefixtures("one_search_for_boxes")
@pytest.mark.parametrize("command", ["certify", "classify", "escape"])
@pytest.mark.parametrize("name", TINY)
def test_numbers_too_small_to_write_down(name: str, command: str, run: Run, tmp_path: Path) -> None:
    inputs, layers, point, bias = TINY[name]
    steep = {"expression": ["*", "x", ["sigmoid", ["*", "2", "x"]]]}
    hidden = [
        {"units": units, "activation": steep if s == "steep" else s, "bias": False}
        for units, s in layers
    ]
    network = {"inputs": inputs, "hidden": hidden, "outputs": 1, "output_bias": bias}
    value = {
        **PROBLEM,
        "network": network,
        "data": {"x": [[1], [-1]], "y": [[0], [0]]},
        "point": point,
    }
    path = tmp_path / "tiny.json"
    path.write_text(json.dumps(value))
    status, out, err = run(command, path)
    assert status in (0, 1, 2, 3)
    assert "internal error" not in out + err
    assert len((out + err).strip().splitlines()) <= 3


def test_what_is_not_a_file_is_not_replaced(run: Run, root: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    status, _, err = run(
        "export", root / "proofs" / "narrow" / "sigmoid-2-1.cert.json", "--to", "coq", "--out", pipe
    )
    assert (status, err.count("\n")) == (2, 1)
    assert "pipe: cannot be written: it is neither a file nor a folder" in err
    assert pipe.is_fifo()


def test_a_missing_certificate_is_named_once(run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "missing.cert.json"
    for checker in ("kernel", "second", "both"):
        status, out, _ = run("check", str(missing), "--checker", checker)
        assert (status, out.count("missing.cert.json"), out.count("cannot be read")) == (2, 1, 1)
    status, out, _ = run("check", str(tmp_path))
    assert (status, out.count(str(tmp_path))) == (2, 1)
