"""The same function is the same frame on both sides, whatever the profiler and the build called it."""

from __future__ import annotations

import pytest

from resonance_perf.model.diff import Diff, FileChange, Hunk
from resonance_perf.model.profile import Capture, Frame, Profile, Stack, ValueType
from resonance_perf.profiles.files import Ground
from resonance_perf.profiles.names import built_in, by_position, is_tools, plain
from resonance_perf.profiles.normal import normal, qualified

ROOT = "/r/.git/resonance/worktrees/slot-1"
PATHS = frozenset({"shop/stats.py", "src/cart/total.py", "web/app.js", "web/util/app.js", "main.go", "threading.py"})


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("*hot", "hot"), ("~hot", "hot"), ("JS:*hot", "hot"), ("LazyCompile:~hot", "hot"), ("py::warm", "warm"),
        ("hot+0x39", "hot"), ("hot+53", "hot"), ("Foo::~Foo", "Foo::~Foo"), ("main.(*T).Run", "main.(*T).Run"),
        ("parse.constprop.0", "parse"), ("parse.isra.0.cold", "parse"), ("malloc@@GLIBC_2.2.5", "malloc"),
        ("core::fmt::write::h0123456789abcdef", "core::fmt::write"), ("java/lang/String.hashCode_[j]", "java/lang/String.hashCode"),
        ("App$$Lambda$14/0x0000000800c03000", "App$$Lambda"), ("GeneratedMethodAccessor12.invoke", "GeneratedMethodAccessor.invoke"),
        ("warm.<locals>.<genexpr>", "warm.<genexpr>"), ("<Task at 0x7f12abcd>", "<Task at 0x…>"), ("0x7f12abcd", "[unknown]"),
        ("tags.<locals>.<listcomp>.<setcomp>", "tags"), ("tags.<listcomp>.<lambda>", "tags.<lambda>"), ("<listcomp>", "<listcomp>"),
        ("", ""), ("operator+", "operator+"), ("a+b", "a+b"), ("f32::add", "f32::add"),
    ],
)  # fmt: skip
def test_what_differs_from_run_to_run_is_no_part_of_a_name(told: str, name: str) -> None:
    assert plain(told) == name


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ("{method 'execute' of 'sqlite3.Connection' objects}", ("sqlite3.Connection.execute", "sqlite3")),
        ("<method 'append' of 'list' objects>", ("list.append", "builtins")),
        ("<built-in method builtins.len>", ("len", "builtins")),
        ("{built-in method _json.encode_basestring_ascii}", ("_json.encode_basestring_ascii", "_json")),
        ("total_revenue", ("total_revenue", "")),
    ],
)  # fmt: skip
def test_built_in_functions_have_their_library(told: str, named: tuple[str, str]) -> None:
    assert built_in(told) == named


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        ("<lambda>", 41, "<lambda>:41"), ("total.<lambda>", 41, "total.<lambda>:41"), ("(anonymous)", 7, "<anonymous>:7"),
        ("", 7, "<anonymous>:7"), ("main.main.func2", 41, "main.main.func:41"), ("main.main.func2", 0, "main.main.func2"),
        ("warm.<genexpr>", 3, "warm.<genexpr>"), ("<genexpr>", 3, "<genexpr>:3"), ("anonymous_user", 3, "anonymous_user"),
        ("total", 3, "total"),
    ],
)  # fmt: skip
def test_functions_without_a_name_are_told_by_their_place(name: str, line: int, told: str) -> None:
    assert by_position(name, line) == told


@pytest.mark.parametrize(
    ("file", "where"),
    [
        (f"{ROOT}/shop/stats.py", ("shop/stats.py", "")),
        (f"{ROOT}/.venv/lib/python3.11/site-packages/requests/api.py", ("requests/api.py", "requests")),
        (f"{ROOT}/node_modules/@scope/pkg/lib/a.js", ("@scope/pkg/lib/a.js", "@scope/pkg")),
        (f"{ROOT}/node_modules/a/node_modules/b/i.js", ("b/i.js", "b")),
        (f"{ROOT}/vendor/github.com/x/y/z.go", ("github.com/x/y/z.go", "github.com/x/y")),
        (f"file://{ROOT}/web/app.js", ("web/app.js", "")),
        ("/usr/lib/python3.11/json/encoder.py", ("json/encoder.py", "json")),
        ("/opt/py/lib/python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so", ("_json.cpython-311-x86_64-linux-gnu.so", "_json")),
        ("/usr/lib/x86_64-linux-gnu/libc.so.6", ("libc.so.6", "libc")),
        ("/usr/lib/go-1.19/src/crypto/sha256/sha256.go", ("crypto/sha256/sha256.go", "crypto/sha256")),
        ("/root/go/pkg/mod/github.com/x/y@v1.2.3/z.go", ("github.com/x/y/z.go", "github.com/x/y")),
        ("/rustc/9fc6b431/library/core/src/num.rs", ("core/src/num.rs", "core")),
        ("/h/.cargo/registry/src/index.crates.io-6f17/serde-1.0.193/src/de.rs", ("serde/src/de.rs", "serde")),
        ("<frozen importlib._bootstrap>", ("importlib/_bootstrap", "importlib")),
        ("<string>", ("<string>", "python")), ("[kernel.kallsyms]", ("[kernel.kallsyms]", "kernel")),
        ("node:internal/modules/cjs/loader", ("node:internal/modules/cjs/loader", "node")),
        ("webpack://shop/./web/app.js", ("web/app.js", "")), ("webpack-internal:///./web/app.js?1a2b", ("web/app.js", "")),
        ("http://127.0.0.1:41873/web/app.js?v=3", ("web/app.js", "")),
        ("http://127.0.0.1:41873/assets/app-1a2b3c4d.min.js", ("assets/app.min.js", "")),
        ("https://cdn.example.org/lib.js", ("cdn.example.org/lib.js", "cdn.example.org")),
        ("shop/stats.py", ("shop/stats.py", "")), ("cart/total.py", ("src/cart/total.py", "")),
        ("json/encoder.py", ("json/encoder.py", "json")), ("app.js", ("app.js", "app")), ("threading.py", ("threading.py", "")),
        ("/elsewhere/copy/shop/stats.py", ("shop/stats.py", "")), ("/elsewhere/threading.py", ("elsewhere/threading.py", "elsewhere")),
        ("~", ("", "")), ("", ("", "")), ("C:\\r\\shop\\stats.py", ("shop/stats.py", "")),
    ],
)  # fmt: skip
def test_a_file_is_the_repositorys_by_its_path_or_a_librarys(file: str, where: tuple[str, str]) -> None:
    assert Ground(ROOT, PATHS).place(file) == where


def test_what_only_a_tool_or_a_loader_put_there_is_known() -> None:
    assert all(
        map(
            is_tools,
            ("(root)", "__libc_start_call_main", 'process 12:"python3 app.py"', "thread (0x7F1)", "MainThread"),
        )
    )
    assert not any(map(is_tools, ("main", "main.start", "run", "threading")))


def test_without_the_files_of_the_repository_a_relative_path_is_its_own() -> None:
    assert Ground("", ()).place("./shop/stats.py") == ("shop/stats.py", "")


def folded(*stacks: tuple[tuple[Frame, ...], float]) -> Capture:
    profile = Profile(
        types=(ValueType("cpu", "ms"),), stacks=tuple(Stack(frames, (value,)) for frames, value in stacks)
    )
    return Capture(profile=profile, root=ROOT)


MOVED = Diff(
    files=(FileChange("shop/old.py", "shop/stats.py", (Hunk(0, 0, 1, 2, ("+# a", "+# b")),)),), paths=PATHS
)  # fmt: skip


def test_a_function_of_a_file_that_moved_and_shifted_is_the_same_frame() -> None:
    def side(folder: str, file: str, first: int) -> Capture:
        frames = (
            Frame("<module>", f"{folder}/{file}", first), Frame("total", f"{folder}/{file}", first + 4, first + 3),
            Frame("total.<locals>.<lambda>", f"{folder}/{file}", first + 5, first + 5),
        )  # fmt: skip
        profile = folded((frames, 3.0), (frames[:2], 4.0)).profile
        return Capture(profile=profile, root=folder)

    before = normal(side("/a/slot-1", "shop/old.py", 10), MOVED, of_base=True)
    after = normal(side("/a/slot-2", "shop/stats.py", 12), MOVED)
    assert before == after and len(after.stacks) == 2
    assert [one.function for one in after.stacks[0].frames] == ["<module>", "total", "total.<lambda>:17"]
    lines = normal(side("/a/slot-1", "shop/old.py", 10), MOVED, of_base=True, lines=True)
    assert [one.line for one in lines.stacks[0].frames] == [12, 16, 17]


def test_stacks_that_differ_by_the_line_the_thread_or_the_depth_are_one() -> None:
    main, walk = Frame("main", f"{ROOT}/shop/stats.py", 3), Frame("walk", f"{ROOT}/shop/stats.py", 7)
    threads = Frame("thread (0x1A)"), Frame("thread (0x2B)")
    found = normal(
        folded(((threads[0], main, walk), 1.0), ((threads[1], main, Frame("walk", walk.file, 9)), 2.0), ((main, walk, walk, walk), 4.0)),
        Diff(paths=PATHS),
    )  # fmt: skip
    (stack,) = found.stacks
    assert stack.values == (7.0,) and [one.function for one in stack.frames] == ["main", "walk"]


def test_a_thread_with_nothing_to_do_is_left_out() -> None:
    assert normal(folded(((Frame("(root)"), Frame("(idle)")), 9.0)), Diff()).total == 0


def test_functions_of_python_are_named_with_their_module() -> None:
    assert qualified(Frame("total", "src/shop/stats.py")) == "shop.stats.total"
    assert qualified(Frame("<module>", "shop/__init__.py")) == "shop"
    assert qualified(Frame("main.hot", "main.go")) == "main.hot"
    assert (
        qualified(Frame("JSONEncoder.iterencode", "json/encoder.py", package="json"))
        == "json.encoder.JSONEncoder.iterencode"
    )
