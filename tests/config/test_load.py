"""A config is read whole: typed values, defaults, and every problem with its place and a hint."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance_perf.config.benchmarks import METRICS
from resonance_perf.config.load import load_config
from resonance_perf.model.benchmark import CommandSettings, HttpSettings, SizeLevels, SizeSettings
from resonance_perf.model.config import Config
from resonance_perf.model.metric import MetricSpec

FULL = """\
version: 1
state_dir: perf/state/
baseline: fixed:v1.2~3
schedule:
  baseline: "30 3 * jan-mar 1-5"
  timezone: Europe/Berlin
approvers: ["Ada Lovelace <ada@example.org>", "Grace Hopper <grace@example.org>"]
env: {JAVA_HOME: , PYTHONHASHSEED: "0"}
watch: {save: false, debounce: 500ms, ignore: ["generated/**"]}
commit: {mode: propose, author: "Perf Bot <bot@example.org>", skip_ci: "[skip ci]"}
memory: {keep: 50}
benchmarks:
  stats-api:
    driver: http
    setup: python -m shop.seed --name "two words"
    serve: ["python", "-m", "shop", "--port", "{port}"]
    url: "http://127.0.0.1:{port}/stats?day=1"
    ready: /healthz
    ready_timeout: 10s
    rate: 90/min
    duration: 5s
    warmup: 0s
    paths: ["./shop/**"]
    timeout: 2min
    memory: 2GB
    samples: {min: 4, max: 10, time: 90s}
    quick: true
    verify: ["python", "-m", "unittest"]
    metrics:
      p95: {budget: api_p95, margin: 5%}
      p99:
  api/report.night:
    driver: command
    command: ["python", "-m", "shop.report"]
    metrics: {cpu: {budget: report_cpu}}
  bundle:
    driver: size
    files: ["web/**", "!web/**/*.map"]
    levels: {brotli: 5}
"""


def load(text: str) -> Config:
    config, problems = load_config(text, "config.yaml")
    assert not problems, "\n".join(map(str, problems))
    assert config is not None
    return config


def complaints(text: str) -> list[str]:
    config, problems = load_config(text, "config.yaml")
    assert config is None
    assert all(problem.hint for problem in problems)
    return [str(problem) for problem in problems]


def benchmark(body: str) -> str:
    return "version: 1\nbenchmarks:\n  b:\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ") + "\n"


def test_every_key_arrives_in_its_unit() -> None:
    config = load(FULL)
    api, report, bundle = config.benchmarks
    assert config.state_dir == "perf/state"
    assert config.baseline == "fixed:v1.2~3"
    assert (config.schedule_baseline, config.schedule_timezone) == ("30 3 * 1,2,3 mon,tue,wed,thu,fri", "Europe/Berlin")
    assert config.approvers == ("Ada Lovelace <ada@example.org>", "Grace Hopper <grace@example.org>")
    assert config.env == (("JAVA_HOME", None), ("PYTHONHASHSEED", "0"))
    assert (config.watch_save, config.watch_debounce_s, config.watch_ignore) == (False, 0.5, ("generated/**",))
    assert (config.commit_mode, config.commit_author) == ("propose", "Perf Bot <bot@example.org>")
    assert config.commit_skip_ci == "[skip ci]"
    assert config.memory_keep == 50
    assert api.settings == HttpSettings(
        serve=("python", "-m", "shop", "--port", "{port}"),
        url="http://127.0.0.1:{port}/stats?day=1",
        rate=1.5,
        duration_s=5.0,
        warmup_s=0.0,
        ready_url="http://127.0.0.1:{port}/healthz",
        ready_timeout_s=10.0,
    )
    assert api.setup == ("python", "-m", "shop.seed", "--name", "two words")
    assert (api.timeout_s, api.memory_bytes, api.quick) == (120.0, 2_000_000_000, True)
    assert (api.min_samples, api.max_samples, api.max_s) == (4, 10, 90.0)
    assert (api.paths, api.verify) == (("shop/**",), ("python", "-m", "unittest"))
    assert api.metrics == (MetricSpec("p95", "api_p95", 0.05), MetricSpec("p99"))
    assert (report.name, report.settings) == (
        "api/report.night",
        CommandSettings(command=("python", "-m", "shop.report")),
    )
    assert bundle.settings == SizeSettings(files=("web/**", "!web/**/*.map"), levels=SizeLevels(brotli=5))
    assert config.aliases() == {"api_p95": "stats-api.p95", "report_cpu": "api/report.night.cpu"}


def test_what_is_not_given_has_the_defaults_of_the_model() -> None:
    assert load("version: 1\nbenchmarks: {}\n") == Config(benchmarks=())


@pytest.mark.parametrize("empty", ["benchmarks: {}", "benchmarks:", "benchmarks:\n  # none yet"])
def test_a_config_may_begin_without_benchmarks(empty: str) -> None:
    assert load(f"version: 1\n{empty}\nschedule:\n  # later\n").benchmarks == ()


def test_the_words_of_all_commands_are_named_once_and_in_order() -> None:
    words = load(FULL).names_files
    assert words[:4] == ("python", "-m", "shop.seed", "--name")
    assert words[-1] == "shop.report"
    assert len(words) == len(set(words))


def test_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    assert load("\ufeff" + FULL.replace("\n", "\r\n")) == load(FULL)


def test_an_alias_stands_for_its_value() -> None:
    shared = 'version: 1\nbenchmarks:\n  a: {driver: size, files: &w ["x/**"], paths: *w}\n'
    assert load(shared).benchmarks[0].paths == ("x/**",)


@pytest.mark.parametrize("rate", ["100/s", "100", "100 req/s", "6000/min", "1e2"])
def test_a_rate_may_leave_out_that_it_is_per_second(rate: str) -> None:
    text = benchmark(f"driver: http\nserve: x {{port}}\nurl: 'http://h:{{port}}'\nrate: {rate}")
    settings_ = load(text).benchmarks[0].settings
    assert isinstance(settings_, HttpSettings)
    assert settings_.rate == pytest.approx(100.0)


HTTP = "driver: http\nserve: x {port}\nurl: 'http://h:{port}/'"
TOP = "version: 1\nbenchmarks: {}\n"
MESSAGES = [
    ("", "1:1: the config is empty."),
    ("# only a comment\n", "1:1: the config is empty."),
    ("{}", "1:1: the config is empty."),
    ("- a\n", "1:1: the config must be a mapping, not a list."),
    ("just words\n", '1:1: the config must be a mapping, not the text "just words".'),
    ("benchmarks: {}\n", '1:1: the config has no "version". Add "version: 1" as its first line.'),
    ("version: 1\n", '1:1: the config has no "benchmarks".'),
    ("version: '1'\nbenchmarks: {}\n", '1:10: version must be a number, not the text "1". Write "version: 1".'),
    ("version: 1.0\nbenchmarks: {}\n", "1:10: version must be a number, not the number 1.0."),
    ("version: 3\nnew_key: 1\n", "1:10: the config has version 3; this program knows 1."),
    ("version:\nbenchmarks: {}\n", "1:1: version has no value. Give it one, or remove the line."),
    (TOP + "basline: main\n", '3:1: unknown key "basline". Did you mean "baseline"?'),
    (TOP + "xyzzy: main\n", '3:1: unknown key "xyzzy". The keys here are: version,'),
    (TOP + "state_dir: /abs\n", '3:12: state_dir must be a relative path, not "/abs".'),
    (TOP + "state_dir: a/../b\n", '3:12: state_dir must stay inside the repository: ".." leads out of it.'),
    (TOP + "state_dir: .git/x\n", "3:12: state_dir must be a folder of its own in the repository."),
    (TOP + "state_dir: ./\n", "3:12: state_dir must be a folder of its own in the repository."),
    (TOP + "baseline: merge-bas:main\n", '3:11: baseline must not begin with "merge-bas:". Did you mean "merge-base"?'),
    (TOP + "baseline: --exec=x\n", '3:11: baseline must name a revision, not "--exec=x".'),
    (TOP + "baseline: 'fixed:'\n", '3:11: baseline must name a revision, not "fixed:".'),
    (TOP + "schedule: {baseline: 3}\n", '3:22: schedule.baseline must be text, not the number 3. Quote it: "3".'),
    (TOP + "schedule: {baseline: '0 25 * * *'}\n", '3:22: schedule.baseline has an hour that cannot be "25".'),
    (TOP + "schedule: {timezone: europe/berlin}\n",
     '3:22: schedule.timezone must be a time zone, not "europe/berlin". Did you mean "Europe/Berlin"?'),
    (TOP + "schedule: {timezone: ../../etc/passwd}\n", "3:22: schedule.timezone must be a time zone"),
    (TOP + "approvers: Ada\n", '3:12: approvers must be a list, not the text "Ada".'),
    (TOP + "approvers: [ada@example.org]\n",
     '3:13: approvers has an item that must be a person, not "ada@example.org".'),
    (TOP + "env: [A-B]\n", '3:7: env has an item that must be a name, not "A-B".'),
    (TOP + "env: {PORT: 8080}\n", '3:13: env has a variable that must be text, not the number 8080. Quote it: "8080".'),
    (TOP + "watch: {save: yes}\n", '3:15: watch.save must be a flag, not the text "yes". Write true or false.'),
    (TOP + "watch: [save]\n", "3:8: watch must be a mapping, not a list."),
    (TOP + "watch: {debounce: 2}\n",
     "3:19: watch.debounce must be a duration with its unit, not the number 2. Write it as 5s."),
    (TOP + "commit: {mode: push}\n", '3:16: commit.mode must be a word that is known here, not the text "push".'),
    (TOP + "memory: {keep: 0}\n", "3:16: memory.keep must be a whole number, not the number 0. Write one from 1"),
    (TOP + "memory: {keep: 1.5}\n", "3:16: memory.keep must be a whole number, not the number 1.5."),
    (TOP + "version: 1\n", '3:1: the key "version" is there twice. The first is on line 1; remove one of them.'),
    (TOP + "<<: {state_dir: x}\n", '3:1: merge keys ("<<") are not supported.'),
    (TOP + "? [a, b]\n: 1\n", "3:3: a key must be plain text."),
    (TOP + "state_dir: !!python/object:os.system x\n",
     '3:12: the YAML tag "tag:yaml.org,2002:python/object:os.system"'),
    (TOP + 'state_dir: "a\\0b"\n', "3:12: state_dir contains a character that no file or command can hold."),
    ("version: 1\nbenchmarks: [a]\n", "2:13: benchmarks must be a mapping, not a list."),
    ("version: 1\nbenchmarks:\n  a b: {driver: size, files: [x]}\n", '3:3: a benchmark cannot be called "a b".'),
    ("version: 1\nbenchmarks:\n  ../x: {driver: size, files: [x]}\n", '3:3: a benchmark cannot be called "../x".'),
    ("version: 1\nbenchmarks:\n  a:\n", '3:3: benchmarks.a has no "driver". Add "driver:" with one of'),
    (benchmark("driver: comand\ncommand: x"),
     '4:13: benchmarks.b.driver must be a driver that there is, not "comand". Did you mean "command"? The drivers are'),
    (benchmark("driver: k7"), "The drivers are command, http, size, count, perf-stat, tool, "),
    (benchmark("driver: command"), '3:3: benchmarks.b has no "command".'),
    (benchmark("driver: command\ncommand: x\nurl: y"),
     '6:5: unknown key "url" in benchmarks.b. It belongs to the driver http; this benchmark has the driver command.'),
    (benchmark("driver: command\ncommand: x\ntimout: 5s"),
     '6:5: unknown key "timout" in benchmarks.b. Did you mean "timeout"?'),
    (benchmark("driver: command\ncommand: x\ntimeout: 5"),
     "6:14: benchmarks.b.timeout must be a duration with its unit, not the number 5. Write it as 5s."),
    (benchmark("driver: command\ncommand: x\ntimeout: 5MB"),
     '6:14: benchmarks.b.timeout must be a duration, not the text "5MB". Write it as 5s.'),
    (benchmark("driver: command\ncommand: x\ntimeout: -5s"), "6:14: benchmarks.b.timeout must be a usable duration"),
    (benchmark("driver: command\ncommand: x\ntimeout: 1e308h"), "6:14: benchmarks.b.timeout must be a duration"),
    (benchmark("driver: command\ncommand: x\nmemory: 2"),
     "6:13: benchmarks.b.memory must be a size with its unit, not the number 2. Write it as 2GB."),
    (benchmark("driver: command\ncommand: x\nmemory: 2kb"), "6:13: benchmarks.b.memory must be between 1MB and"),
    (benchmark("driver: command\ncommand: x\nsamples: {max: 4}"),
     "6:20: benchmarks.b.samples.min (8) is more than max (4)."),
    (benchmark("driver: command\ncommand: x\nsamples: {max: 5}"),
     "6:20: benchmarks.b.samples.min (8) is more than max (5)."),
    (benchmark("driver: command\ncommand: x\nmetrics: {p95: {}}"),
     '6:15: the driver command has no metric "p95". It has wall, cpu, user, sys, peak_rss.'),
    (benchmark("driver: command\ncommand: x\nmetrics: {wall: report_wall}"),
     "6:21: benchmarks.b.metrics.wall must be a mapping. Write it as: wall: {budget: report_wall}"),
    (benchmark("driver: command\ncommand: x\nmetrics: [wall]"), "6:14: benchmarks.b.metrics must be a mapping"),
    (benchmark("driver: command\ncommand: x\nmetrics: {wall: {margin: 0.05}}"),
     "6:30: benchmarks.b.metrics.wall.margin must be a percentage with its unit, not the number 0.05. Write it as 5%."),
    (benchmark("driver: command\ncommand: x\nmetrics: {wall: {budget: k}, cpu: {budget: k}}"),
     '6:48: the budget "k" is already used at config.yaml:6:30.'),
    (benchmark("driver: size\nfiles: [a]\nlevels: {brotli: 12}"),
     "6:22: benchmarks.b.levels.brotli must be a whole number, not the number 12. Write one from 1 to 11."),
    (benchmark("driver: size\nfiles: [a]\nlevels: {zst: 3}"), '6:14: unknown key "zst" in benchmarks.b.levels'),
    (benchmark("driver: size\nfiles: []"), "5:12: benchmarks.b.files matches no file."),
    (benchmark('driver: size\nfiles: ["!a"]'), "5:12: benchmarks.b.files matches no file."),
    (benchmark("driver: size\nfiles: dist/**"), '5:12: benchmarks.b.files must be a list, not the text "dist/**".'),
    (benchmark("driver: size\nfiles: [*.js]"), '5:13: *.js refers to an anchor (&.js) that is not above it. Quote'),
    (benchmark("driver: size\nfiles:\n  - !a/**"),
     '6:9: the YAML tag "!a/**" is not supported. Quote a value that begins'),
    (benchmark(HTTP + "\nrate: 0"), "7:11: benchmarks.b.rate must be more than 0/s, not the number 0."),
    (benchmark(HTTP + "\nrate: fast"),
     '7:11: benchmarks.b.rate must be a rate, not the text "fast". Write it as 100/s.'),
    (benchmark(HTTP + "\nduration: 2min"),
     "7:15: benchmarks.b.timeout (60s) ends before duration and warmup are over."),
    (benchmark("driver: http\nserve: x\nurl: 'http://h:{port}/'"), "5:12: benchmarks.b.serve does not say {port}"),
    (benchmark(HTTP + "\nscenario: ramp"), "benchmarks.b has no peak, but the scenario ramp."),
    (benchmark(HTTP + "\nscenario: stress"), "benchmarks.b has no limit, but the scenario stress."),
    (benchmark(HTTP + "\npeak: 5/s"), "7:11: benchmarks.b.peak means nothing in the scenario constant."),
    (benchmark("driver: http\nserve: x {port}\nurl: http://h:80/"), "6:10: benchmarks.b.url must contain {port}"),
    (benchmark("driver: http\nserve: x\nurl: https://h/"), "6:10: benchmarks.b.url must begin with http://."),
    (benchmark("driver: http\nserve: x\nurl: http://h:99999/"), "6:10: benchmarks.b.url must be an http URL"),
    (benchmark("driver: http\nserve: x\nurl: h/stats"), '6:10: benchmarks.b.url must be an http URL, not "h/stats".'),
    (benchmark("driver: http\nserve: [x, {port}]\nurl: http://h/"),
     '5:16: benchmarks.b.serve has an item that must be text, not a mapping. Quote it: "{port}".'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MESSAGES)
def test_a_mistake_is_named_with_its_place_and_what_to_do(text: str, expected: str) -> None:
    found = complaints(text)
    assert any((f"config.yaml:{expected}" if expected[0].isdigit() else expected) in one for one in found), found


def test_all_mistakes_are_reported_in_the_order_of_the_file() -> None:
    text = FULL.replace("save: false", "save: no").replace("5s", "5").replace("driver: size", "driver: sise")
    assert [one.split(":")[1] for one in complaints(text)] == ["9", "21", "37"]


def test_a_message_holds_no_control_characters() -> None:
    (message,) = complaints(TOP + '"\\e[31m\\n": 1\n')
    assert message.isprintable()


def test_each_driver_has_its_metrics() -> None:
    for driver, needs in (("command", "command: x"), ("http", HTTP.partition("\n")[2]), ("size", "files: [x]")):
        metrics = ", ".join(f"{name}: {{}}" for name in METRICS[driver])
        config = load(benchmark(f"driver: {driver}\n{needs}\nmetrics: {{{metrics}}}"))
        assert tuple(one.name for one in config.benchmarks[0].metrics) == METRICS[driver]


@settings(max_examples=150)
@given(st.text())
def test_any_text_gives_a_config_or_problems(text: str) -> None:
    check(text)


@settings(max_examples=300)
@given(st.data())
def test_any_damage_to_a_config_gives_a_config_or_problems(data: st.DataObject) -> None:
    text = FULL
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 20)))
        text = text[:start] + data.draw(st.text(" \t\n:{}[]\"'#&*!|>%@`-,0a\u2028\x85\x00", max_size=4)) + text[end:]
    check(text)


def check(text: str) -> None:
    config, problems = load_config(text, "c.yaml")
    assert (config is None) == bool(problems)
    lines = text.count("\n") + text.count("\r") + 1
    for problem in problems:
        line, column = problem.location.line, problem.location.column
        assert line is not None and 1 <= line <= lines
        assert column is not None and 1 <= column <= len(text) + 1
        assert problem.hint
        assert "\n" not in str(problem)
