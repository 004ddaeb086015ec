"""People edit the three files in every way while the daemon runs."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Project, until

pytestmark = [pytest.mark.slow, pytest.mark.shared]
MEMORY, STATE_FILE = ".resonance/02_memory.md", ".resonance/01_state.md"
CONFLICT = (
    "\n<<<<<<< HEAD\nours\n||||||| 0123abc\nbase\n=======\ntheirs\n>>>>>>> topic\n"  # merge.conflictStyle = diff3
)


def test_a_file_in_conflict_deleted_or_saved_from_an_older_buffer_loses_nothing(project: Project) -> None:
    path = project.repo.path / MEMORY
    project.start()
    project.quiet()
    # BOM, CRLF, tabs, right to left, emoji, notes on a row, our section moved to the top, no line end at the end.
    first, _, log = project.read("02_memory.md").partition("## Benchmark log")
    noted = log.replace(" |\n<!-- resonance-perf:end", " | a note: שלום 🚀 |\n<!-- resonance-perf:end")
    mine = f"\ufeff## Benchmark log{noted}\n{first}\n\tمرحبا\n\nno end".replace("\n", "\r\n").encode()
    path.write_bytes(mine + CONFLICT.encode())
    commit = project.work(250_000, "Count further")
    project.heard("writing the memory waits", f"{MEMORY}:", "there is an unresolved merge conflict. Resolve it first.")
    assert path.read_bytes() == mine + CONFLICT.encode()
    path.unlink()
    project.heard("writing the memory waits", f"{MEMORY} is missing", "resonance-perf init")
    assert not path.exists()
    path.write_bytes(mine)
    project.quiet()

    def is_there_once() -> bool:
        text = path.read_bytes()
        lines = [line for line in text.splitlines() if line.strip()]
        ours = [line for line in lines if commit[:9].encode() in line]  # the row and the lesson
        kept = [line for line in lines if line not in ours]
        same = kept == [line for line in mine.splitlines() if line.strip()]
        return len(ours) == 2 and same and text.count(b"\n") == text.count(b"\r\n")

    until(is_there_once, "the row and the lesson in the file that was put back")
    path.write_bytes(mine)  # saved from the buffer that was opened before they came
    project.heard(f"⚪ {MEMORY} was saved without 2 entries of ours; they are there again")
    until(is_there_once, "the row and the lesson, again")


def test_a_file_of_100_mb_gets_its_row_and_lesson_and_keeps_every_other_byte(project: Project) -> None:
    path = project.repo.path / MEMORY
    project.start()
    project.quiet()
    first, heading, log = path.read_bytes().partition(b"## Benchmark log")
    prose = b"\n".join(b"- note %d: %s" % (number, b"what we saw that day " * 4) for number in range(1_050_000))
    mine = b"%s\n## Notes\n\n%s\n\n%s%s" % (first, prose, heading, log)
    assert len(mine) > 100_000_000
    path.write_bytes(mine)
    commit = project.work(250_000, "Count further")
    project.measured(commit)
    lines = path.read_bytes().splitlines()
    ours = {at for at, line in enumerate(lines) if commit[:9].encode() in line}
    assert len(ours) == 2, [lines[at] for at in ours]
    kept = [line for at, line in enumerate(lines) if at not in ours and line.strip()]
    assert kept == [line for line in mine.splitlines() if line.strip()]


def test_budgets_are_reordered_renamed_and_their_markers_taken_out(project: Project) -> None:
    path = project.repo.path / STATE_FILE
    project.start()
    project.quiet()
    until(lambda: "Performance status" in project.read("01_state.md"), "the status")
    path.write_text('```yaml\nbudgets:\n  other: 2s\n  renamed: "10s"\n```\n')
    project.heard(
        "work_cpu was removed (was 10s) without approval", "if renamed is its new name", '"renamed_from": "work_cpu"'
    )
    until(lambda: "resonance-perf:begin status" in project.read("01_state.md"), "the status, again")
    assert project.run("check").returncode == 3
    config = (project.repo.path / ".resonance/config.yaml").read_text()
    project.repo.write({".resonance/config.yaml": config.replace("work_cpu", "renamed")})
    path.write_text(
        "```yaml\nbudgets:\n  renamed: {limit: 10s, renamed_from: work_cpu}  # the shop\n  other: 2s\n```\n"
    )
    project.heard("work_cpu is back")
    until(lambda: "| renamed | 10s |" in project.read("01_state.md"), "the status under the new name")
    assert "# the shop" in project.read("01_state.md")
    assert project.run("check").returncode == 0
