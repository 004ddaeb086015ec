"""`driver: size`: which files count, and how hard each compressor tries."""

from __future__ import annotations

from resonance_perf.config import rules, values
from resonance_perf.config.nodes import Node
from resonance_perf.config.section import Section
from resonance_perf.model.benchmark import DEFAULT_LEVELS, SizeLevels, SizeSettings

SIZE_KEYS = ("files", "levels")
GLOBS = values.list_of(rules.glob, '["src/**"]')
"""A list of globs."""


def read_size(section: Section) -> SizeSettings:
    """Read the keys of a benchmark with the driver `size`."""
    hint = 'Add "files:" with globs, such as ["dist/**", "!dist/**/*.map"].'
    levels = section.section("levels")
    settings = SizeSettings(
        files=section.require("files", _some_globs, (), hint=hint),
        levels=SizeLevels(
            gzip=levels.get("gzip", values.whole_to(9), DEFAULT_LEVELS.gzip),
            brotli=levels.get("brotli", values.whole_to(11), DEFAULT_LEVELS.brotli),
            zstd=levels.get("zstd", values.whole_to(22), DEFAULT_LEVELS.zstd),
        ),
    )
    levels.close()
    return settings


def _some_globs(node: Node) -> tuple[str, ...]:
    globs = GLOBS(node)
    if all(glob.startswith("!") for glob in globs):
        raise values.wrong(node, "matches no file", 'Name what to count: ["dist/**", "!dist/**/*.map"].')
    return globs
