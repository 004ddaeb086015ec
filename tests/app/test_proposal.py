"""A proposed limit as a patch, taken by the real git."""

from __future__ import annotations

from pathlib import Path

import pytest

from resonance_perf.app.triggers import is_our_commit
from resonance_perf.app.workspace import open_workspace
from tests.app.test_ratchet import CONFIG, MEMORY, SOUL, STATE, STATE_FILE, Track
from tests.app.test_ratchet import track as track
from tests.conftest import GitRepo

PROPOSE = STATE.replace('"100ms"', '{"limit": "100ms", "ratchet": "propose"}')


def proposed(track: Track) -> Path:
    track.sustained()
    track.deliver()
    assert track.shifts() == []
    (patch,) = (track.repo.path / ".git/resonance/proposals").iterdir()
    return patch


def clone(track: Track, tmp_path: Path) -> GitRepo:
    track.repo.git("clone", "-q", ".", str(tmp_path / "clone"))
    return GitRepo(tmp_path / "clone")


@pytest.mark.parametrize("how", ["the budget", "the config"])
def test_git_am_takes_a_proposal_with_message_author_and_all_three_files(
    track: Track, tmp_path: Path, how: str
) -> None:
    if how == "the budget":
        track.repo.commit({STATE_FILE: PROPOSE}, "ask first")
    else:
        track.repo.commit({".resonance/config.yaml": CONFIG + "commit: {mode: propose}\n"}, "ask first")
        track.restart()
    head = track.repo.git("rev-parse", "HEAD")
    patch = proposed(track)
    other = clone(track, tmp_path)
    other.git("am", "-q", str(patch))
    assert other.git("log", "-1", "--format=%s|%an <%ae>|%P") == (
        f"perf(budget): tighten api_cpu 100ms → 39ms|Grace Hopper <grace@example.org>|{head}"
    )
    assert other.git("log", "-1", "--format=%B").count("Perf-Run: ") == 4
    assert other.git("diff", "--name-only", "HEAD^").splitlines() == [SOUL, STATE_FILE, MEMORY]
    assert "39ms" in other.git("show", f"HEAD:{STATE_FILE}") and "Tighten" in other.git("show", f"HEAD:{SOUL}")
    assert is_our_commit(open_workspace(str(other.path)), other.git("rev-parse", "HEAD"))


def test_the_line_says_how_to_accept_and_nothing_else_of_the_repository_changes(track: Track) -> None:
    track.repo.commit({STATE_FILE: PROPOSE}, "ask first")
    refs = track.repo.git("for-each-ref")
    patch = proposed(track)
    (line,) = [line for line in track.said if "to accept" in line]
    assert line == (
        f"⚪ budget api_cpu can tighten 100ms → 39ms; to accept: git am {patch}, "
        'or where the three files have changes: resonance-perf budget tighten api_cpu "39ms"'
    )
    assert track.repo.git("for-each-ref") == refs
    assert "39ms" not in track.file(STATE_FILE) and "Tighten" not in track.file(SOUL)
    assert track.store.outbox.open_entries() == ()


def test_git_apply_takes_it_and_settings_of_the_user_do_not_spoil_it(track: Track, tmp_path: Path) -> None:
    for name, value in (
        ("diff.noprefix", "true"),
        ("format.attach", "x"),
        ("color.ui", "always"),
        ("format.signOff", "true"),
    ):
        track.repo.git("config", name, value)
    track.repo.commit({STATE_FILE: PROPOSE}, "ask first")
    patch = proposed(track)
    assert "\x1b" not in patch.read_text() and "Signed-off-by" not in patch.read_text()
    other = clone(track, tmp_path)
    other.git("apply", "--index", str(patch))
    other.git("reset", "-q", "--hard")
    other.git("am", "-q", str(patch))


def test_files_with_other_line_ends_are_taken_with_the_flag_that_the_line_names(track: Track, tmp_path: Path) -> None:
    track.repo.commit({STATE_FILE: PROPOSE.replace("\n", "\r\n")}, "ask first, on Windows")
    patch = proposed(track)
    assert any(f"to accept: git am --keep-cr {patch}," in line for line in track.said)
    other = clone(track, tmp_path)
    other.git("am", "-q", "--keep-cr", str(patch))
    assert b"39ms" in (other.path / STATE_FILE).read_bytes()


def test_a_key_with_any_characters_is_proposed(track: Track, tmp_path: Path) -> None:
    config = CONFIG.replace("budget: api_cpu", 'budget: "a/../b c~"')
    track.repo.commit({".resonance/config.yaml": config, STATE_FILE: PROPOSE.replace("api_cpu", "a/../b c~")}, "odd")
    track.restart()
    track.key = "a/../b c~"
    clone(track, tmp_path).git("am", "-q", str(proposed(track)))


def test_a_crash_between_the_draft_and_the_patch_is_mended_by_the_replay(
    track: Track, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.app.test_ratchet import Crash, crashing

    track.repo.commit({STATE_FILE: PROPOSE}, "ask first")
    track.sustained()
    refs = track.repo.git("for-each-ref")
    with monkeypatch.context() as patch:
        patch.setattr("resonance_perf.app.proposal.mail_patch", crashing(lambda *_: ""))
        with pytest.raises(Crash):
            track.deliver()
    track.restart()
    track.deliver()
    (found,) = (track.repo.path / ".git/resonance/proposals").iterdir()
    assert track.repo.git("for-each-ref") == refs
    clone(track, tmp_path).git("am", "-q", str(found))


def test_mode_off_does_nothing(track: Track) -> None:
    track.repo.commit({".resonance/config.yaml": CONFIG + "commit: {mode: off}\n"}, "leave it")
    track.restart()
    track.sustained()
    said = list(track.said)
    track.deliver()
    assert track.said == said
    assert not (track.repo.path / ".git/resonance/proposals").exists()
    assert track.shifts() == []
