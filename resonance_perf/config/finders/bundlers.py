"""esbuild, webpack and Rollup: builds at the root, whose own report says what is in them."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from posixpath import basename, dirname

from resonance_perf.config.finders.found import KEY, Files, Found, flow, line_of, slug
from resonance_perf.config.finders.packages import dependencies, install_for, scripts

WANTED = re.compile(r"\A(?:rollup\.config\.(?:js|mjs|cjs|ts)|package\.json)\Z")
_WEBPACK = tuple(f"webpack.config.{kind}" for kind in ("js", "cjs", "mjs", "ts"))
_ROLLUP = re.compile(r"rollup\.config\.")
_SHELL = re.compile(r"[|&;<>$`*?(){}#\\\n]")
_NOT_A_BUILD = ("--watch", "--serve", "--servedir", "serve", "watch")
_PLACES = ("--outdir", "--outfile", "--metafile")
_REPORT = re.compile(r"""filename\s*:\s*["']([\w./-]+\.json)["']""")
_RAW = re.compile(r"""template\s*:\s*["']raw-data["']""")


def find(files: Files) -> Iterator[Found]:
    """One benchmark for each build that is a script of package.json, or a config of its own beside one."""
    text = files.get("package.json") or ""
    there = dependencies(text)
    install = [f"setup: {flow(install_for(files, '', text))}"]
    for script, body in scripts(text):
        words = _words(body)
        if words[:1] == ["esbuild"] and "esbuild" in there and (keys := _esbuild(words[1:])):
            yield _found("esbuild", f'package.json: the script "{script}"', [*install, *keys], ("raw", "duplicates"))
            break
    if {"webpack", "webpack-cli"} <= there and (found := next((one for one in _WEBPACK if one in files), None)):
        yield _found("webpack", f"{found}: a build of webpack", install, ("raw", "duplicates"))
    if {"rollup", "rollup-plugin-visualizer"} <= there:
        for path in filter(_ROLLUP.match, files):
            report = _REPORT.search(files[path] or "")
            if report and _RAW.search(files[path] or ""):
                why = f"{path}:{line_of(files[path] or '', report.start())}: the raw data of rollup-plugin-visualizer"
                yield _found("rollup", why, [*install, *_rollup(path, report[1])], ("raw",))
                break


def _found(tool: str, why: str, keys: Sequence[str], metrics: Sequence[str]) -> Found:
    driver = "tool" if tool == "rollup" else tool
    named = [f"  {metrics[0]}: {{budget: {KEY}_{metrics[0]}}}", *(f"  {one}: {{}}" for one in metrics[1:])]
    return Found(slug(tool), driver, why, (f"driver: {driver}", *keys, "timeout: 10min", "metrics:", *named))


def _words(body: str) -> list[str]:
    """The words of a script that is one plain command; else none."""
    try:
        return [] if _SHELL.search(body) else shlex.split(body)
    except ValueError:
        return []


def _esbuild(words: Sequence[str]) -> list[str]:
    entry = [one for one in words if not one.startswith("-")]
    given = dict(one.partition("=")[::2] for one in words)
    options = [one for one in words if one.startswith("-") and one.partition("=")[0] not in _PLACES]
    if not entry or "--bundle" not in words or any(one.partition("=")[0] in _NOT_A_BUILD for one in words):
        return []
    outdir = given.get("--outdir") or dirname(given.get("--outfile", ""))
    place = [f"outdir: {json.dumps(outdir)}"] if outdir else []
    return [f"entry: {flow(entry)}", f"options: {flow(options)}", *place]


def _rollup(config: str, report: str) -> list[str]:
    build = f'node_modules/.bin/rollup -c {config} && cp {report} "$0"'
    return [
        "tool: rollup-visualizer",
        f"command: {flow(('sh', '-c', build, f'{{out}}/{basename(report)}'))}",
        "exact: [raw]",
    ]
