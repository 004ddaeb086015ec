"""The demo's repository is that of the story, whoever looks on."""

from __future__ import annotations

import os
from pathlib import Path

from resonance_perf.cli.demo_shop import Shop


def test_settings_of_whoever_looks_on_do_not_count(tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "pre-commit").write_text("#!/bin/sh\nexit 1\n")
    (hooks / "pre-commit").chmod(0o755)
    settings = f"[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = false\n[core]\n\thooksPath = {hooks}\n"
    Path(os.environ["HOME"], ".gitconfig").write_text(settings)
    with Shop(str(tmp_path / "shop")) as shop:
        shop.git("init", "--quiet")
        shop.sit_down("grace")
        assert shop.commit("A small shop", "shop")
        assert f"hooks in {shop.folder}/.git/hooks" in shop.must("hooks", "install")
