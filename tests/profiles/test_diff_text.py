"""The text of `git diff`, where a real git is not needed to see it."""

from __future__ import annotations

from resonance_perf.model.diff import FileChange, Hunk
from resonance_perf.profiles.diff_text import parse_diff

TEXT = """diff --git a/shop/stats.py b/shop/stats.py
index 1111111..2222222 100644
--- a/shop/stats.py
+++ b/shop/stats.py
@@ -41 +41,2 @@ def total_revenue(db):
-    return db.execute(QUICK)
\\ No newline at end of file
+    rows = db.execute(ALL)
+    return sum(rows)
@@ -50,2 +51,0 @@ def other():
-a
-b
"""


def test_a_diff_without_context_is_read() -> None:
    first = Hunk(
        41, 1, 41, 2, ("-    return db.execute(QUICK)", "+    rows = db.execute(ALL)", "+    return sum(rows)")
    )
    assert parse_diff(TEXT) == (
        FileChange("shop/stats.py", "shop/stats.py", (first, Hunk(50, 2, 51, 0, ("-a", "-b")))),
    )
    assert str(first).startswith("@@ -41,1 +41,2 @@\n-    return")


def test_nothing_changed_is_no_file() -> None:
    assert parse_diff("") == ()


def test_lines_are_mapped_through_what_came_and_went() -> None:
    (one,) = parse_diff(TEXT)
    assert [one.line(line) for line in (1, 40, 41, 42, 49, 50, 51, 52)] == [1, 40, 41, 43, 50, 0, 0, 51]
