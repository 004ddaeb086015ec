"""The page of an audit, as people read it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from resonance_perf.audit.check import Evidence, examine
from resonance_perf.audit.checklist import CHECKS
from resonance_perf.audit.guidelines import guidelines
from resonance_perf.audit.progress import since
from resonance_perf.model.finding import Audit
from resonance_perf.model.run import Part
from resonance_perf.report.audit import audit_document, audit_lines, audit_page

GOLDEN = Path(__file__).parents[1] / "golden/audit.md"
VALUES = {
    "lcp": 3100.0, "cls": 0.02, "unused_js_bytes": 412_000.0, "unused_css_bytes": 800.0, "image_waste_bytes": 4_050_000.0,
    "uncached_bytes": 60_000.0, "forced_reflows": 3.0,
}  # fmt: skip
PARTS = (
    Part("unused_js_bytes", "/vendor|js", 400_000), Part("unused_js_bytes", "/app.js", 12_000),
    Part("image_waste_bytes", "/hero.png (4000×3000, shown at 800×600)", 4_050_000),
    *(Part("uncached_bytes", f"/{name}.js", 10_000) for name in "abcdef"),
    Part("forced_reflows", "measure", 3, "/app.js:310"),
)  # fmt: skip


def audit() -> Audit:
    page = Evidence(benchmark="page", source="Chromium", values=VALUES, parts=PARTS)
    was = replace(
        page, values=VALUES | {"image_waste_bytes": 0.0, "unused_css_bytes": 90_000.0},
        parts=(Part("unused_css_bytes", "/site.css", 90_000), *(one for one in PARTS if one.metric != "image_waste_bytes")),
    )  # fmt: skip
    found = since(tuple(examine(CHECKS, [page])), tuple(examine(CHECKS, [was])))
    return Audit(
        commit="a1b2c3d4e5f6", at=1_795_600_000.0, findings=found, guidelines=guidelines([page]),
        notes=("stats-api: setup failed on a1b2c3d4e: it exited with code 1",),
    )  # fmt: skip


def test_the_page_is_the_golden_one() -> None:
    assert audit_page(audit()) == GOLDEN.read_text(encoding="utf-8")


def test_one_line_for_each_answer_and_what_is_slow_first() -> None:
    lines = list(audit_lines(audit()))
    assert lines[0] == (
        "🔴 page: unused JavaScript (remains, was 400 kB): 400 kB of a script never ran; worst: /vendor|js. "
        "Import it where it is used, so that it is loaded when it is needed; or leave it out."
    )
    assert [line[0] for line in lines[:5]] == ["🔴", "🔴", "🔴", "🟢", "🟢"]
    assert "🟢 page: unused CSS (cured, was 90 kB): 800 B, and 10.2 kB would be too much" in lines
    (missing,) = (line for line in lines if line.endswith('; a benchmark with "driver: web" measures it'))
    assert missing.startswith(
        "⚪ not measured: scripts that the visit does not use, hydration and long tasks on load, "
    )
    assert lines[-1].startswith("a1b2c3d4e: 3 yes, 2 no, ") and lines[-1].endswith("1 new; 2 remains; 1 cured")


def test_the_document_holds_every_number() -> None:
    told = audit_document(audit())
    findings = {one["id"]: one for one in told["findings"]}  # type: ignore[attr-defined, union-attr]
    assert findings["image-bytes"]["number"] == 4_050_000 and findings["image-bytes"]["before"] == 0
    assert findings["image-bytes"]["group"] == "frontend" and findings["dom-size"]["number"] is None
