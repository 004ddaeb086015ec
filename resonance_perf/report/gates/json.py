"""The gate as the JSON of DESIGN §7, with what else it knows of the commit."""

from __future__ import annotations

from json import dumps

from resonance_perf.model.gate import Gate
from resonance_perf.report.document import standing_document
from resonance_perf.report.gates.findings import answer


def render(gate: Gate) -> str:
    """One document. `missing` are benchmarks without a number for this commit, `answer` is the line for a person."""
    document = {
        **standing_document(gate.judgements, gate.loosened, failed=bool(gate.failed)),
        "commit": gate.commit or None,
        "missing": list(gate.missing),
        "failed": [{"benchmark": name, "why": why} for name, why in gate.failed],
        "problems": [
            {"file": one.location.file, "line": one.location.line, "column": one.location.column, "what": one.message}
            for one in gate.problems
        ],
        "answer": answer(gate),
    }
    return dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
