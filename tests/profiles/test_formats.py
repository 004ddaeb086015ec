"""What each format tells of a real file."""

from __future__ import annotations

import json
import marshal
import pstats
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from resonance_perf.model.errors import BadFileError, UsageError
from resonance_perf.model.profile import Frame, Profile, Stack, ValueType
from resonance_perf.profiles.formats import callgrind, perf_script, pyroscope_push, registry, source
from tests.profiles.top import FIXTURES, Top, ours

NS = 1_000_000_000
STEPS = ["<module>", "work", "work.<locals>.<genexpr>", "encode"]


def read(path: str) -> Profile:
    return registry.read((FIXTURES / path).read_bytes(), path)[1]


def heaviest(profile: Profile) -> Stack:
    return max(profile.stacks, key=lambda one: one.values[profile.chosen])


@pytest.mark.parametrize(
    ("path", "kind", "top"),
    [
        ("0x/ticks.json", "samples count", {"hot": (29, 30), "work": (0, 30)}),
        ("bpftrace/on-cpu.json", "samples count", {"hot": (17, 17), "work": (3, 3), "main": (0, 20)}),
        ("callgrind/contexts.callgrind", "instructions count", {"hot": (72_000_004, 72_000_004), "work": (18_000_013, 90_000_017)}),
        ("callgrind/inlined.callgrind", "instructions count", {"hot": (72_000_004, 72_000_004), "work": (18_000_013, 18_000_013)}),
        ("callgrind/target.callgrind", "instructions count", {"hot": (80_000_040, 80_000_040), "strided": (1_311_305, 1_311_305)}),
        ("chrome-trace/chromium.json", "cpu nanoseconds", {"busy": (1_482_979_000, 1_482_979_000)}),
        ("chrome-trace/py-spy.json", "wall nanoseconds", {"JSONEncoder.iterencode": (681_362_000, 681_362_000), "total": (1_969_000, 1_969_000)}),
        ("chrome-trace/viztracer.json", "wall nanoseconds", {"total": (1_718_946, 1_718_946)}),
        ("clinic-doctor/doctor.data.json", "wall nanoseconds", {"event loop delay": (357_648_892, 357_648_892), "V8.GCScavenger": (76_186_000, 76_186_000)}),
        ("collapsed/async-profiler.collapsed", "samples count", {"shop/Stats.total_[i]": (61, 61), "shop/Server.handle_[j]": (0, 77)}),
        ("collapsed/shop.austin", "wall nanoseconds", {}),
        ("collapsed/mem.austin", "alloc_space bytes", {}),
        ("collapsed/target.folded", "samples count", {"hot": (434, 434)}),
        ("cpuprofile/target.cpuprofile", "cpu nanoseconds", {"hot": (738_486_000, 738_486_000), "(garbage collector)": (20_385_000, 20_385_000)}),
        ("heapprofile/server_leak.heapprofile", "inuse_space bytes", {"buildLeak": (3_641_136, 5_035_080)}),
        ("jfr/shop.txt", "samples count", {"Shop.spend": (27, 27), "Shop.main": (0, 27)}),
        ("latency-histogram/runqlat.txt", "waiting nanoseconds", {"4096 to 8192 µs": (7 * 4_096_000, 7 * 4_096_000)}),
        ("memray/shop.csv", "inuse_space bytes", {"iterencode": (2_786_465, 2_786_465), "fill": (1_081_568, 1_081_568)}),
        ("memray/shop.gprof2dot.json", "inuse_space bytes", {"iterencode": (2_786_465, 2_786_465), "fill": (1_081_568, 1_081_568)}),
        ("memray/target.stats.json", "alloc_space bytes", {"hungry": (26_234_672, 26_234_672)}),
        ("offcputime/sleeping.txt", "off-cpu nanoseconds", {"__schedule": (821_831_000, 821_831_000)}),
        ("perf-script/target.script.txt", "cpu nanoseconds", {"hot": (102_102_102, 102_102_102), "strided": (33_033_033, 38_038_038)}),
        ("pstats/shop.pstats", "wall nanoseconds", {}),
        ("py-spy-dump/dump.json", "samples count", {"hot": (1, 1), "<module>": (0, 1)}),
        ("pyinstrument/shop.json", "wall nanoseconds", {"total": (139_997_000, 139_997_000), "<module>": (0, 717_213_000)}),
        ("pyroscope-push/body_0.bin", "cpu nanoseconds", {"hot": (9_700_000_000, 9_700_000_000)}),
        ("pyroscope/render.json", "cpu nanoseconds", {"encode": (3 * NS, 3 * NS), "<module>": (NS // 10, 42 * NS // 10)}),
        ("pyroscope/render-diff.json", "cpu nanoseconds", {"total_of": (2 * NS, 2 * NS), "work": (0, 2 * NS)}),
        ("scalene/shop.json", "cpu nanoseconds", {"encode": (826_110_593, 826_110_593), "total": (90_836_922, 90_836_922)}),
        ("speedscope/target.speedscope.json", "wall nanoseconds", {"hot": (1_990_000_000, 1_990_000_000)}),
    ],
)  # fmt: skip
def test_what_a_file_tells(path: str, kind: str, top: Top) -> None:
    profile = read(path)
    chosen = profile.types[profile.chosen]
    assert f"{chosen.name} {chosen.unit}" == kind
    told = ours(profile)
    assert {name: told[name] for name in top} == top


@pytest.mark.parametrize(
    ("path", "frames"),
    [
        ("collapsed/shop.austin", STEPS[1:]),
        ("chrome-trace/py-spy.json", STEPS),
        ("scalene/shop.json", STEPS),
        ("memray/shop.csv", ["<module>", "work", "<genexpr>", "encode"]),
        ("pyinstrument/shop.json", ["<module>", "work", "<genexpr>", "encode"]),
    ],
)
def test_stacks_have_their_root_first(path: str, frames: list[str]) -> None:
    told = [one.function for one in heaviest(read(path)).frames]
    assert [one for one in told if one in frames][: len(frames)] == frames


@pytest.mark.parametrize(
    ("path", "frame"),
    [
        ("0x/ticks.json", Frame("hot", "/srv/app/app.js", start=5)),
        ("bpftrace/on-cpu.json", Frame("hot")),
        ("callgrind/contexts.callgrind", Frame("work", "/srv/app/target.c")),
        ("chrome-trace/chromium.json", Frame("outer", "file:///srv/app/page.html", start=3)),
        ("chrome-trace/viztracer.json", Frame("total", "/srv/app/shop.py", 16)),
        ("collapsed/shop.austin", Frame("encode", "/srv/app/shop.py", 24)),
        ("collapsed/target.folded", Frame("main", "target.py", 30)),
        ("cpuprofile/target.cpuprofile", Frame("hot", "file:///srv/app/targets/target.js", start=4)),
        ("memray/shop.csv", Frame("encode", "shop.py", 24)),
        ("jfr/shop.txt", Frame("Shop.spend", line=2)),
        ("pstats/shop.pstats", Frame("encode", "shop.py", start=8)),
        ("perf-script/target.script.txt", Frame("hot", "/srv/app/targets/target_c")),
        ("pyinstrument/shop.json", Frame("encode", "shop.py", start=23)),
        ("scalene/shop.json", Frame("encode", "/srv/app/shop.py", 24)),
    ],
)
def test_a_frame_has_its_place(path: str, frame: Frame) -> None:
    assert frame in {one for stack in read(path).stacks for one in stack.frames}


@pytest.mark.parametrize(
    ("path", "note"),
    [
        ("perf-script/target.script.txt", "sampled by cpu-clock, a software clock"),
        ("callgrind/target.callgrind", "callgrind knows no stacks unless it runs with --separate-callers"),
        ("clinic-doctor/doctor.data.json", "clinic doctor says: no problem"),
        ("latency-histogram/biolatency.txt", "waits are known to a factor of two"),
        ("memray/shop.stats.json", "the largest places only"),
        ("pstats/shop.pstats", "a stack is a caller and what it calls"),
        ("py-spy-dump/dump.json", "one look at each thread"),
    ],
)
def test_what_limits_a_profile_is_said(path: str, note: str) -> None:
    assert note in read(path).note


def test_calls_and_times_of_pstats_are_those_that_python_reads() -> None:
    file = FIXTURES / "pstats/shop.pstats"
    told: Counter[tuple[str, int, str]] = Counter()
    times: Counter[tuple[str, int, str]] = Counter()
    for stack in read("pstats/shop.pstats").stacks:
        leaf = stack.frames[-1]
        place = (leaf.file or "~", leaf.start, leaf.function)
        told[place] += round(stack.values[0])
        times[place] += round(stack.values[1])
    theirs = pstats.Stats(str(file)).stats  # type: ignore[attr-defined]  # which typeshed lacks
    assert told == {place: calls for place, (_, calls, *_) in theirs.items()}
    assert times == {place: pytest.approx(seconds * NS, abs=5) for place, (_, _, seconds, *_) in theirs.items()}


def test_a_caller_that_the_module_profile_counted_has_calls_and_no_time() -> None:
    told = marshal.dumps({("a.py", 1, "f"): (2, 3, 0.5, 0.5, {("a.py", 9, "main"): 2})})
    stacks = {stack.frames: stack.values for stack in registry.read(told, "it")[1].stacks}
    f, main = Frame("f", "a.py", start=1), Frame("main", "a.py", start=9)
    assert stacks == {(main, f): (2, 0), (f,): (1, 0.5 * NS)}


def test_allocations_of_java_have_bytes_and_their_stack() -> None:
    profile = read("jfr/shop.txt")
    told = Counter({one.frames[-1].function: 0 for one in profile.stacks})
    for one in profile.stacks:
        told[one.frames[-1].function] += round(one.values[1])
    assert told.most_common(1) == [("Shop.keep", pytest.approx(24.2e6, rel=1e-2))]


@pytest.mark.parametrize(
    ("event", "said"), [("cpu-clock:uhppp", True), ("cycles:u", True), ("cycles:P", False), ("sched:sched_stat", False)]
)
def test_a_profile_without_the_kernel_says_so(event: str, said: bool) -> None:
    text = f"awk 13 41.83:    1001001 {event}: \n\t55a1 hot+0x1 (/usr/bin/awk)\n\n"
    assert ("the kernel's part is not in it" in perf_script.read(text.encode(), "perf.txt").note) is said


def test_callgrind_tells_what_a_function_has_with_all_that_it_calls() -> None:
    assert read("callgrind/contexts.callgrind").note == ""
    program = Path(FIXTURES / "callgrind/inlined.callgrind")
    annotated = _annotated(program.read_text())
    told = ours(read("callgrind/contexts.callgrind"))
    for function in ("main", "work", "hot"):  # the loader's own count depends on what was recorded
        assert told[function][1] == annotated[function]


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(
    shutil.which("callgrind_annotate") is None, reason="valgrind is not installed: apt-get install valgrind"
)
def test_callgrind_annotate_tells_the_same() -> None:
    file = FIXTURES / "callgrind/inlined.callgrind"
    argv = ["callgrind_annotate", "--threshold=100", "--auto=no", str(file)]
    text = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    theirs: Counter[str] = Counter()
    for count, name in re.findall(r"^ *([\d,]+) \( ?[\d.]+%\)  .*?:(\S.*?)(?: \[.*\])?$", text, re.MULTILINE):
        theirs[name.split("'")[0]] += int(count.replace(",", ""))
    told = ours(callgrind.read(file.read_bytes(), file.name))
    assert {name: flat for name, (flat, _) in told.items()} == dict(theirs)


def _annotated(text: str) -> dict[str, int]:
    """The inclusive counts that the file itself has at its calls: of each callee the sum over its callers."""
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    callee, called = "", False
    for line in text.splitlines():
        if (match := re.fullmatch(r"(c?)fn=(\(\d+\)) ?(.*)", line)) is not None:
            names[match[2]] = match[3] or names[match[2]]
            callee = names[match[2]] if match[1] else callee
        elif called:
            counts[callee] += int(line.split()[-1])
        called = line.startswith("calls=")
    return counts


def test_a_heap_snapshot_tells_what_grew_and_what_keeps_it() -> None:
    grew: Counter[tuple[str, ...]] = Counter()
    for path, sign in (("one", -1), ("two", 1)):
        for stack in read(f"heapsnapshot/{path}.heapsnapshot").stacks:
            grew[tuple(one.function for one in stack.frames)] += sign * round(stack.values[0])
    way = ("system / Context.kept", "Array[]")
    most = [path[-3:] for path, count in grew.items() if path[-1] == "Order" and count]
    assert most == [(*way, "Order")]
    assert sum(count for path, count in grew.items() if path[-1] == "Order") == 20


@pytest.mark.parametrize("numbers", ["1 2", "1,,2", "1,x", "1.5", "1,", "99999999999999999999999"])
def test_a_list_of_numbers_that_is_none_is_refused(numbers: str) -> None:
    text = (FIXTURES / "heapsnapshot/one.heapsnapshot").read_text()
    broken = re.sub(r'"edges":\[[^]]*', f'"edges":[{numbers}', text)
    with pytest.raises(BadFileError, match="it: this is not a heapsnapshot profile"):
        registry.read(broken.encode(), "it")


def test_a_heap_snapshot_in_another_spelling_is_read_too() -> None:
    whole = json.loads((FIXTURES / "heapsnapshot/one.heapsnapshot").read_text())
    again = registry.read(json.dumps(whole, indent=1).encode(), "it")[1]
    assert again == read("heapsnapshot/one.heapsnapshot")


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_a_leak_of_node_is_named_with_what_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "leak.js").write_text(
        "const v8 = require('v8'); class Order { constructor(n) { this.n = n; } }\nconst kept = [];\n"
        "v8.writeHeapSnapshot('one'); for (let i = 0; i < 500; i++) kept.push(new Order(i)); v8.writeHeapSnapshot('two');"
    )
    subprocess.run(["node", "leak.js"], cwd=tmp_path, check=True, capture_output=True)
    grew: Counter[tuple[str, ...]] = Counter()
    for name, sign in (("one", -1), ("two", 1)):
        for stack in registry.read((tmp_path / name).read_bytes(), name, "heapsnapshot")[1].stacks:
            grew[tuple(one.function for one in stack.frames)] += sign * round(stack.values[0])
    path, count = grew.most_common(1)[0]
    assert (path[-2:], count) == (("Array[]", "Order"), 500)


def test_event_names_of_perf_are_read_not_assumed() -> None:
    text = (
        "app 7 1.000100:     250000 cycles:u: \n\t            11f2 hot+0x39 (/srv/app)\n\n"
        "app 7 1.000200:      10000 task-clock: \n\t            12aa JS:*draw /srv/app.js:4:13+0x1 (/tmp/perf-7.map)\n\n"
    )
    profile = registry.read(text.encode(), "it")[1]
    assert profile.types == (ValueType("cycles", "count"), ValueType("cpu", "nanoseconds"))
    assert [one.values for one in profile.stacks] == [(250_000, 0), (0, 10_000)]
    assert profile.stacks[1].frames == (Frame("JS:*draw", "/srv/app.js", start=4),)
    assert "task-clock" in profile.note


def test_lines_of_source_are_taken_where_perf_looked_them_up() -> None:
    text = (
        "app 7 1.000100:     250000 cpu-clock: \n\t            11f2 hot+0x39 (/srv/app)\n  /srv/app.c:12\n"
        "\t           2724a __libc_start_call_main+0x7a (/lib/libc.so.6)\n  libc.so.6[2724a]\n\n"
    )
    (stack,) = registry.read(text.encode(), "it")[1].stacks
    assert stack.frames == (Frame("__libc_start_call_main", "/lib/libc.so.6"), Frame("hot", "/srv/app.c", 12))


def test_perf_without_stacks_has_one_line_for_a_sample() -> None:
    line = "app 7 1.000{}:     250000 cpu-clock:  11f2 hot+0x39 (/srv/app)\n"
    profile = registry.read((line.format(100) + line.format(350)).encode(), "it")[1]
    assert profile.stacks[0].frames == (Frame("hot", "/srv/app"),) and profile.total == 500_000


def test_several_threads_of_a_speedscope_file_stay_apart() -> None:
    threads = [
        {"type": "evented", "name": name, "unit": "milliseconds", "startValue": 0, "endValue": 9,
         "events": [{"type": "O", "frame": 0, "at": 1}, {"type": "O", "frame": 1, "at": 2},
                    {"type": "C", "frame": 1, "at": 5}, {"type": "C", "frame": 0, "at": 9}]}
        for name in ("main", "worker")
    ]  # fmt: skip
    schema = "https://www.speedscope.app/file-format-schema.json"
    file = {"$schema": schema, "shared": {"frames": [{"name": "f"}, {"name": "g"}]}, "profiles": threads}
    profile = registry.read(json.dumps(file).encode(), "it")[1]
    told = {(stack.labels[0][1], len(stack.frames)): stack.values[0] for stack in profile.stacks}
    assert told == {("main", 1): 5e6, ("main", 2): 3e6, ("worker", 1): 5e6, ("worker", 2): 3e6}


def test_a_trace_knows_which_of_two_spans_of_one_length_is_around_the_other() -> None:
    events = [
        {"ph": "B", "name": "outer", "ts": 0, "pid": 1, "tid": 1},
        {"ph": "B", "name": "inner", "ts": 0, "pid": 1, "tid": 1},
        {"ph": "E", "name": "inner", "ts": 5, "pid": 1, "tid": 1},
        {"ph": "E", "name": "outer", "ts": 5, "pid": 1, "tid": 1},
        {"ph": "X", "name": "late", "ts": 6, "dur": 2, "pid": 1, "tid": 1},
    ]
    profile = registry.read(json.dumps({"traceEvents": events}).encode(), "it")[1]
    told = {tuple(one.function for one in stack.frames): stack.values[0] for stack in profile.stacks}
    assert told == {("outer", "inner"): 5000, ("late",): 2000}


def test_what_was_idle_is_left_out_of_a_cpu_profile() -> None:
    assert "(idle)" not in ours(read("cpuprofile/target.cpuprofile"))


def test_a_sample_that_v8_wrote_too_late_is_put_where_it_was_taken() -> None:
    def call(name: str) -> dict[str, object]:
        return {"functionName": name, "url": "a.js", "lineNumber": 0}

    nodes = [
        {"id": 1, "callFrame": call("(root)"), "children": [2, 3]},
        *({"id": n, "callFrame": call(f)} for n, f in ((2, "f"), (3, "g"))),
    ]
    file = {"nodes": nodes, "startTime": 0, "endTime": 50, "samples": [2, 3, 2], "timeDeltas": [10, 20, -10]}
    profile = registry.read(json.dumps(file).encode(), "it.cpuprofile")[1]
    assert {name: flat for name, (flat, _) in ours(profile).items()} == {"f": 20_000, "g": 20_000}


def test_a_push_is_read_as_the_agent_sent_it_and_sent_as_it_is_read() -> None:
    profile = read("pyroscope-push/body_0.bin")
    assert dict(profile.stacks[0].labels)["service_name"] == "demo.app"
    body = pyroscope_push.body(profile, {"__name__": "process_cpu", "service_name": "shop"})
    kind, again = registry.read(body, "it")
    assert (kind, ours(again)) == ("pyroscope-push", ours(profile))


def test_a_large_push_is_recognised_by_its_beginning() -> None:
    stacks = tuple(Stack((Frame(f"f{number * 7919}"),), (1.0,)) for number in range(9_000))
    body = pyroscope_push.body(Profile(types=(ValueType("cpu", "nanoseconds"),), stacks=stacks), {"__name__": "cpu"})
    assert len(source.plain(body, "it")) > registry.HEAD_BYTES
    assert registry.read(body, "it")[0] == "pyroscope-push"


def test_the_page_of_clinic_has_the_verdict_in_it() -> None:
    data = json.loads((FIXTURES / "clinic-doctor/doctor.data.json").read_text())
    data["analysis"] |= {"issueCategory": "event-loop", "issues": {"delay": "performance", "memory": {"rss": "none"}}}
    page = f'<!doctype html><html><title>Clinic</title><script type="application/json" id="clinic-data">{json.dumps(data)}</script></html>'
    kind, profile = registry.read(page.encode(), "7.clinic-doctor.html")
    assert kind == "clinic-doctor"
    assert profile.note == "clinic doctor says: something blocks the event loop, delay: performance"


def test_a_line_without_a_value_is_told_by_its_number() -> None:
    with pytest.raises(BadFileError, match=r"it:2: this line has no value at its end\. It is: root;…;leaf value"):
        registry.read(b"main;f 3\nmain;g\n", "it", "collapsed")


def test_a_profile_of_bytes_is_no_time_line() -> None:
    heap = read("pprof/go_base_heap.pb.gz")
    for kind, what in (("cpuprofile", "a .cpuprofile"), ("chrome-trace", "a trace")):
        with pytest.raises(UsageError, match=rf"{what} holds times, and this profile has inuse_space\. Write it as"):
            registry.write(heap, kind)
    with pytest.raises(UsageError, match="cannot hold a difference"):
        registry.write(read("pprof/diff.pb.gz"), "cpuprofile")


def test_what_is_not_known_is_a_sentence_with_what_is() -> None:
    with pytest.raises(UsageError, match=r'there is no format "flat"\. There are 0x, bpftrace'):
        registry.read(b"", "it", "flat")
    with pytest.raises(UsageError, match=r"it has no format of profiles that is known\. Say which"):
        registry.read(b"hello", "it")
    with pytest.raises(
        UsageError, match=r"scalene is read, not written\. Written are chrome-trace, collapsed, cpuprofile"
    ):
        registry.write(read("scalene/shop.json"), "scalene")
    assert source.head(b"\x1f\x8bnothing", 10) == b""
