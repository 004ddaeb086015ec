from __future__ import annotations

from resonance_perf.system.child_environment import scrubbed_environment


def test_the_environment_is_an_allow_list() -> None:
    environ = {
        "PATH": "/bin", "HOME": "/h", "LC_ALL": "C", "GIT_DIR": "x", "AWS_SECRET": "s", "PYTHONPATH": "p", "TOKEN": "t",
    }  # fmt: skip
    assert scrubbed_environment(environ, ()) == {"PATH": "/bin", "HOME": "/h", "LC_ALL": "C"}
    extra = (("TOKEN", None), ("MODE", "fast"), ("ABSENT", None), ("GIT_DIR", None), ("HOME", "/other"))
    assert scrubbed_environment(environ, extra) == {
        "PATH": "/bin", "HOME": "/other", "LC_ALL": "C", "TOKEN": "t", "MODE": "fast",
    }  # fmt: skip
