"""A repository with its config, its three files and its store."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from resonance_perf.model.config import Config
from resonance_perf.model.errors import BadFileError, NotTrustedError, Problem, UsageError
from resonance_perf.system import trust
from resonance_perf.system.git.repository import Repository, discover

if TYPE_CHECKING:
    from resonance_perf.system.documents import Documents

DEFAULT_CONFIG, AT_ROOT = ".resonance/config.yaml", "config.yaml"
_CHANGED = 'has changed since it was trusted; look at it, then run "resonance-perf trust"'
_NO_CONFIG = 'Run "resonance-perf init" in the repository first.'


@dataclass(frozen=True)
class Workspace:
    """Everything of one work tree; each part is made when it is first asked for."""

    repo: Repository
    config_path: str
    """Absolute."""

    @property
    def config_name(self) -> str:
        """The config's path relative to the root, with `/`; absolute when it lies elsewhere."""
        relative = os.path.relpath(self.config_path, self.repo.root)
        return self.config_path if relative.startswith("..") else relative.replace(os.sep, "/")

    @cached_property
    def config_text(self) -> str:
        """The config as it is in the work tree.

        Raises:
            UsageError: when there is none.
            BadFileError: when it is not UTF-8.
        """
        from resonance_perf.system.files import read_text

        if not os.path.exists(self.config_path):
            raise UsageError(f"there is no config ({self.config_name})", hint=_NO_CONFIG)
        elsewhere = os.path.isabs(self.config_name)
        return read_text(self.config_path, os.path.dirname(self.config_path) if elsewhere else self.repo.root)

    @cached_property
    def config(self) -> Config:
        """The config of the work tree, checked.

        Raises:
            BadFileError: with every problem in it.
        """
        return parse_config(self.config_text, self.config_name)

    @cached_property
    def documents(self) -> Documents:
        """The three files."""
        from resonance_perf.system.documents import Documents

        return Documents(self.repo.root, self.config.state_dir)

    def private(self, *names: str) -> str:
        """A path below our folder in the git folder."""
        return os.path.join(self.repo.private, *names)

    def trusted_config(self) -> tuple[Config, str]:
        """The config that may be run, and what to tell people about it (nothing when all is well).

        When the work tree's config is not the one that was trusted (edited, or another branch's), the trusted one is
        used (DESIGN §6). A file that its commands name belongs to the commit that is measured, as all code of it does.

        Raises:
            NotTrustedError: when nothing was ever trusted here.
        """
        if trust.everything_allowed():
            return self.config, ""
        permission = trust.granted(self.repo.common_dir)
        if permission is None:
            raise NotTrustedError(
                f"nobody has allowed what {self.config_name} would run",
                hint='Read it, then run "resonance-perf trust".',
            )
        if permission.config != self.config_text:
            config = parse_config(permission.config, "the trusted config")
            return config, f"{self.config_name} {_CHANGED}. The trusted one is used until then"
        found = self.permission().files
        changed = [name for name in {**permission.files, **found} if permission.files.get(name) != found.get(name)]
        return self.config, f"{', '.join(changed)} {_CHANGED}. Each commit runs its own until then" if changed else ""

    def require_trust(self) -> Config:
        """The work tree's config, when exactly that is trusted.

        Raises:
            NotTrustedError: when it is not.
        """
        config, objection = self.trusted_config()
        if objection:
            raise NotTrustedError(objection.partition(";")[0], hint='Read it, then run "resonance-perf trust".')
        return config

    def permission(self) -> trust.Permission:
        """What has to be allowed so that the work tree's config may be run."""
        return trust.Permission(self.config_text, trust.hashes(self.repo.root, self.config.names_files))


def open_workspace(start: str, config: str | None = None) -> Workspace:
    """Find the repository around `start` and its config (DESIGN §8: flag, environment, `.resonance`, root).

    Raises:
        GitError: when `start` is not in a repository with a work tree.
    """
    repo = discover(start)
    given = config or os.environ.get("RESONANCE_PERF_CONFIG")
    if given:
        return Workspace(repo, os.path.abspath(os.path.join(start, given)))
    default = os.path.join(repo.root, *DEFAULT_CONFIG.split("/"))
    at_root = os.path.join(repo.root, AT_ROOT)
    if not os.path.exists(default) and os.path.exists(at_root):
        from resonance_perf.system.files import text_or_nothing

        if is_config(text_or_nothing(at_root, repo.root)):
            return Workspace(repo, at_root)
    return Workspace(repo, default)


def parse_config(text: str, name: str) -> Config:
    """Check a config.

    Raises:
        BadFileError: with every problem in it.
    """
    from resonance_perf.config.load import load_config

    config, problems = load_config(text, name)
    if config is None or problems:
        raise BadFileError(problems or (_unknown(name),))
    return config


def _unknown(name: str) -> Problem:
    from resonance_perf.model.errors import Location

    return Problem("this is not a config", Location(name))


def is_config(text: str) -> bool:
    """True when the text says `version` and `benchmarks` at the start of lines: many projects have a config.yaml."""
    return "\nversion:" in "\n" + text and "\nbenchmarks:" in text
