from __future__ import annotations

import pytest

from resonance_perf.profilers.started import Started, python_program, runtime_of


@pytest.mark.parametrize(
    ("command", "runtime"),
    [
        ("python3 bench.py", "python"), (".venv/bin/python3.12 -m shop", "python"), ("uv run bench.py", "python"),
        ("poetry run gunicorn shop:app", "python"), ("uv run --locked pytest -q", "python"), ("pytest", "python"),
        ("/work/venv/bin/python /work/venv/bin/celery worker", "python"), ("node server.js", "node"),
        ("npm start", "node"), ("npx serve -l 80", "node"), ("./server.mjs", "node"), ("go run ./cmd/shop", "go"),
        ("go test -bench .", "go"), ("java -jar shop.jar", "jvm"), ("./shop --port 80", "native"),
    ],
)  # fmt: skip
def test_the_words_of_a_command_tell_its_runtime(command: str, runtime: str) -> None:
    assert runtime_of(tuple(command.split())) == runtime


def test_what_a_shell_runs_counts() -> None:
    assert runtime_of(("sh", "-c", "LOG=1 exec node server.js | tee log")) == "node"
    assert runtime_of(("bash", "-c", "it's broken")) == "native"


@pytest.mark.parametrize(
    ("command", "parts"),
    [
        ("python3 -u bench.py --all", ((), ("python3", "-u"), ("bench.py", "--all"))),
        ("python3 -X dev -m shop", ((), ("python3", "-X", "dev"), ("-m", "shop"))),
        ("uv run --locked python bench.py", (("uv", "run", "--locked"), ("python",), ("bench.py",))),
        ("poetry run gunicorn shop:app", (("poetry", "run"), ("python3",), ("-m", "gunicorn", "shop:app"))),
        ("uv run bench.py", (("uv", "run"), ("python3",), ("bench.py",))),
    ],
)
def test_a_python_program_has_its_interpreter_and_its_words(
    command: str, parts: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
) -> None:
    assert python_program(tuple(command.split()), "cProfile") == Started(*parts)


@pytest.mark.parametrize("command", ["node server.js", "python3", "python3 -", "sh run.sh"])
def test_what_is_no_python_program_cannot_be_started_inside(command: str) -> None:
    with pytest.raises(ValueError, match=f"is no Python program that cProfile can start: {command}"):
        python_program(tuple(command.split()), "cProfile")
