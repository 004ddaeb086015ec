"""`profile FILE`: what other tools and servers say, shown, compared, written for others, and sent to Pyroscope."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from resonance_perf.cli import main
from resonance_perf.profiles.formats import registry
from tests.conftest import GitRepo
from tests.profiles.top import FIXTURES, ours

RECORDED = json.loads((Path(__file__).parents[1] / "fixtures/pyroscope/requests.json").read_text())[0]


class Pyroscope(BaseHTTPRequestHandler):
    """Answers queries as a server does, and keeps what is pushed."""

    pushed: list[tuple[str, dict[str, str], bytes]] = []

    def do_GET(self) -> None:
        name = {"/pyroscope/render": "render.json", "/pyroscope/render-diff": "render-diff.json"}.get(
            self.path.partition("?")[0]
        )
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "/pyroscope/render")
            self.end_headers()
            return
        data = (FIXTURES / "pyroscope" / name).read_bytes() if name else b"no such page"
        self.send_response(200 if name else 404)
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self) -> None:
        told = {key.lower(): value for key, value in self.headers.items()}
        self.pushed.append((self.path, told, self.rfile.read(int(told["content-length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    Pyroscope.pushed = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Pyroscope) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


def said(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(["profile", *argv])
    told = capsys.readouterr()
    return code, told.out, told.err


def fixture(path: str) -> str:
    return str(FIXTURES / path)


def test_a_file_of_another_tool_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, fixture("pprof/go_base_cpu.pb.gz"))
    title, _, first, *_ = out.splitlines()
    assert (code, title) == (0, "go_base_cpu.pb.gz: cpu in ms, read as pprof")
    assert first.split()[:6] == ["740", "ms", "71", "%", "820", "ms"] and "main.hot" in first


def test_two_heap_snapshots_tell_what_grew_and_what_keeps_it(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(
        capsys, fixture("heapsnapshot/two.heapsnapshot"), "--against", fixture("heapsnapshot/one.heapsnapshot")
    )
    assert code == 0 and "one profile of each side" in err
    assert any("+800 B" in line and line.endswith("Order") for line in out.splitlines())
    assert "+800 B  (GC roots)[] › (Stack roots)[] › system / Context.kept › Array[] › Order" in out


def test_a_type_is_chosen_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    heap = fixture("pprof/go_base_heap.pb.gz")
    assert "alloc_objects, read as pprof" in said(capsys, heap, "--metric", "alloc_objects")[1]
    code, _, err = said(capsys, heap, "--metric", "cpu")
    assert code == 2 and "has no cpu. There is alloc_objects, alloc_space, inuse_objects, inuse_space." in err
    code, _, err = said(capsys, heap, "--against", fixture("pprof/go_base_cpu.pb.gz"))
    assert code == 2 and "tells cpu, and" in err and "tells inuse_space. Say which type is meant: --metric." in err


@pytest.mark.parametrize("name", ["it.cpuprofile", "it.pb.gz", "it.folded", "it.json"])
def test_it_is_written_for_other_tools(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = Path(fixture("perf-script/target.script.txt")), tmp_path / name
    assert said(capsys, str(source), "--out", str(out))[0] == 0
    told = {one: flat for one, (flat, _) in ours(registry.read(out.read_bytes(), name)[1]).items()}
    assert told == {one: flat for one, (flat, _) in ours(registry.read(source.read_bytes(), "it")[1]).items()}


def test_a_difference_is_drawn_and_is_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = (fixture("pprof/go_slow_cpu.pb.gz"), "--against", fixture("pprof/go_base_cpu.pb.gz"))
    picture = tmp_path / "it.svg"
    code, out, _ = said(capsys, *files, "--out", str(picture), "--json")
    functions = {one["function"]: one for one in json.loads(out)["functions"]}
    assert code == 0 and "<svg" in picture.read_text()
    assert (functions["main.hot"]["base_self"], functions["main.hot"]["self"]) == (740, 20)


def test_pyroscope_is_asked_for_a_profile_and_for_a_difference(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, f"{server}/pyroscope/render?query=shop.cpu&format=json")
    assert code == 0 and out.splitlines()[2].startswith("3 s")
    code, out, _ = said(capsys, f"{server}/pyroscope/render-diff?leftQuery=a&rightQuery=b")
    assert code == 0 and "total_of" in out.splitlines()[2]


def test_a_profile_is_pushed_as_the_agents_of_pyroscope_push(
    server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYROSCOPE_AUTH_TOKEN", "secret")
    monkeypatch.setenv("PYROSCOPE_TENANT_ID", "shop")
    source = fixture("pprof/go_base_cpu.pb.gz")
    code, _, err = said(capsys, source, "--push", server)
    assert code == 0 and "sent to 127.0.0.1:" in err and "secret" not in err
    ((path, headers, body),) = Pyroscope.pushed
    assert path == RECORDED["path"]
    assert {key: headers[key] for key in ("content-type", "content-encoding")} == {
        key: RECORDED["headers"][key] for key in ("content-type", "content-encoding")
    }
    assert (headers["authorization"], headers["x-scope-orgid"]) == ("Bearer secret", "shop")
    kind, pushed = registry.read(body, "it")
    assert kind == "pyroscope-push" and dict(pushed.stacks[0].labels)["service_name"] == "go_base_cpu.pb.gz"
    assert ours(pushed) == ours(registry.read(Path(source).read_bytes(), source)[1])


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("/nothing", "127.0.0.1/nothing answers 404: no such page"), ("/moved", "127.0.0.1/moved answers 302")],
)
def test_what_a_server_refuses_is_a_sentence(
    server: str, path: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = said(capsys, server + path)
    assert code == 2 and sentence in err


def test_a_benchmark_comes_before_a_file_of_its_name(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.commit({"app": "main;f 3\n", "config.yaml": "version: 1\nbenchmarks:\n  app: {driver: size, files: [app]}\n"})
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("RESONANCE_PERF_TRUST", "1")
    code, _, err = said(capsys, "app")
    assert code == 4 and "app looks at files: there is nothing to profile" in err
    assert said(capsys, "./app")[0] == 0


def test_a_server_that_is_not_there_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = said(capsys, "http://127.0.0.1:1/pyroscope/render")
    assert code == 2 and "127.0.0.1/pyroscope/render does not answer" in err
