"""Approvals with real keys: who signed, as git and the keys of this machine say."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from resonance_perf.app.standing import read_limits
from resonance_perf.app.workspace import open_workspace
from tests.cli.conftest import state
from tests.conftest import GitRepo

STATE, CONFIG = ".resonance/01_state.md", ".resonance/config.yaml"
ADA, EVE = "Ada <ada@example.org>", "Eve <eve@example.org>"
APPROVED = f"more room\n\nPerf-Approved-by: {ADA}"
RULES = f"version: 1\napprovers: ['{ADA}']\nrequire_signature: true\nbenchmarks: {{}}\n"

needs_ssh = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")
needs_gpg = pytest.mark.skipif(not shutil.which("gpg"), reason="gpg is not installed")


@pytest.fixture
def signed(repo: GitRepo) -> GitRepo:
    repo.commit({CONFIG: RULES, STATE: state(p95="100ms")}, "watch")
    return repo


def loosen(repo: GitRepo, *settings: str, message: str = APPROVED, **files: str) -> None:
    repo.write({STATE: state(p95="200ms"), **files})
    repo.git("add", "--all")
    words = [word for setting in settings for word in ("-c", setting)]
    repo.git(*words, "commit", "-q", *(["-S"] if settings else []), "-m", message)


def why(repo: GitRepo) -> str | None:
    """Why the loosening does not count; None when it does."""
    limits, _ = read_limits(open_workspace(str(repo.path)))
    (limit,) = limits.in_force.values()
    assert limit.budget.text == ("100ms" if limits.loosened else "200ms")
    return next((one.why for one in limits.loosened), None)


def ssh_key(folder: Path, name: str) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(folder / name)], check=True)
    return folder / name


def by_ssh(key: Path) -> tuple[str, str]:
    return "gpg.format=ssh", f"user.signingkey={key}"


def allow(repo: GitRepo, path: Path, **keys: Path) -> None:
    path.write_text(
        "".join(f"{email.replace('_at_', '@')} {key.with_suffix('.pub').read_text()}" for email, key in keys.items())
    )
    repo.git("config", "gpg.ssh.allowedSignersFile", str(path))


@needs_ssh
class TestSsh:
    def test_the_principal_of_the_key_has_to_be_the_approver(self, signed: GitRepo, tmp_path: Path) -> None:
        ada, eve = ssh_key(tmp_path, "ada"), ssh_key(tmp_path, "eve")
        allow(signed, tmp_path / "allowed", **{"ada_at_example.org": ada, "eve_at_example.org": eve})
        loosen(signed, *by_ssh(eve))
        assert why(signed) == f"it is not signed by {ADA}: its good signature is of eve@example.org"
        signed.git("reset", "-q", "--hard", "HEAD~1")
        loosen(signed, *by_ssh(ada))
        assert why(signed) is None

    def test_a_commit_without_a_signature_or_with_that_of_a_stranger_does_not_count(
        self, signed: GitRepo, tmp_path: Path
    ) -> None:
        loosen(signed)
        assert why(signed) == f"it is not signed by {ADA}: it has no signature"
        signed.git("reset", "-q", "--hard", "HEAD~1")
        allow(signed, tmp_path / "allowed", **{"ada_at_example.org": ssh_key(tmp_path, "ada")})
        loosen(signed, *by_ssh(ssh_key(tmp_path, "stranger")))
        assert "the key is not one that this machine trusts" in str(why(signed))

    def test_a_signature_without_the_word_does_not_count(self, signed: GitRepo, tmp_path: Path) -> None:
        ada = ssh_key(tmp_path, "ada")
        allow(signed, tmp_path / "allowed", **{"ada_at_example.org": ada})
        loosen(signed, *by_ssh(ada), message="whatever was in the branch that I rebased")
        assert why(signed) == ""

    def test_a_pattern_of_principals_is_nobody(self, signed: GitRepo, tmp_path: Path) -> None:
        ada = ssh_key(tmp_path, "ada")
        allow(signed, tmp_path / "allowed", **{"*_at_example.org": ada})
        loosen(signed, *by_ssh(ada))
        assert why(signed) is not None

    def test_a_key_that_is_allowed_later_or_revoked_later_changes_what_counts(
        self, signed: GitRepo, tmp_path: Path
    ) -> None:
        ada = ssh_key(tmp_path, "ada")
        loosen(signed, *by_ssh(ada))
        assert why(signed) is not None
        allow(signed, tmp_path / "allowed", **{"ada_at_example.org": ada})
        assert why(signed) is None
        shutil.copy(ada.with_suffix(".pub"), tmp_path / "revoked")
        signed.git("config", "gpg.ssh.revocationFile", str(tmp_path / "revoked"))
        assert why(signed) is not None

    def test_what_is_committed_names_no_keys(self, signed: GitRepo, tmp_path: Path) -> None:
        eve = ssh_key(tmp_path, "eve")
        line = f"ada@example.org {eve.with_suffix('.pub').read_text()}"
        signed.git("config", "gpg.ssh.allowedSignersFile", ".allowed")
        loosen(signed, *by_ssh(eve), **{".allowed": line})
        assert "gpg.ssh.allowedsignersfile is .allowed, which is in the repository" in str(why(signed))
        link = tmp_path / "link"
        link.symlink_to(signed.path / ".allowed")
        signed.git("config", "gpg.ssh.allowedSignersFile", str(link))
        assert "which is in the repository" in str(why(signed))
        signed.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
        signed.git("config", "gpg.ssh.allowedSignersFile", str(tmp_path / "linked" / ".allowed"))
        assert "which is in the repository" in str(why(signed))

    def test_a_committed_file_that_git_includes_gives_no_settings(self, signed: GitRepo, tmp_path: Path) -> None:
        eve = ssh_key(tmp_path, "eve")
        allowed = tmp_path / "allowed"
        allowed.write_text(f"ada@example.org {eve.with_suffix('.pub').read_text()}")
        signed.git("config", "include.path", "../.gitsettings")
        loosen(signed, *by_ssh(eve), **{".gitsettings": f'[gpg "ssh"]\n\tallowedSignersFile = {allowed}\n'})
        assert ".gitsettings, which is in the repository: whoever writes a branch could" in str(why(signed))

    def test_a_rebase_loses_the_signature_and_with_it_the_approval(self, signed: GitRepo, tmp_path: Path) -> None:
        ada = ssh_key(tmp_path, "ada")
        allow(signed, tmp_path / "allowed", **{"ada_at_example.org": ada})
        signed.git("checkout", "-qb", "topic")
        loosen(signed, *by_ssh(ada))
        assert why(signed) is None
        signed.git("checkout", "-q", "main")
        signed.commit({"code.py": "x\n"})
        signed.git("rebase", "-q", "main", "topic")
        assert why(signed) == f"it is not signed by {ADA}: it has no signature"


def gpg(*words: str, data: str = "") -> str:
    done = subprocess.run(["gpg", "--batch", "--quiet", *words], input=data, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    return home


def gpg_key(person: str) -> str:
    """Make a key; its fingerprint."""
    name, _, email = person.rstrip(">").partition(" <")
    gpg(
        "--gen-key",
        data=f"%no-protection\nKey-Type: eddsa\nKey-Curve: ed25519\nName-Real: {name} X\nName-Email: {email}\n%commit\n",
    )
    lines = gpg("--list-keys", "--with-colons", email).splitlines()
    return next(line.split(":")[9] for line in lines if line.startswith("fpr"))


@needs_gpg
class TestGpg:
    @pytest.fixture(autouse=True)
    def _agent(self, keyring: Path) -> object:
        yield
        subprocess.run(["gpgconf", "--kill", "all"], capture_output=True, env={**os.environ, "GNUPGHOME": str(keyring)})

    def test_the_address_of_the_key_has_to_be_the_approvers(self, signed: GitRepo) -> None:
        ada, eve = gpg_key(ADA), gpg_key(EVE)
        loosen(signed, f"user.signingkey={eve}")
        assert why(signed) == f"it is not signed by {ADA}: its good signature is of eve@example.org"
        signed.git("reset", "-q", "--hard", "HEAD~1")
        loosen(signed, f"user.signingkey={ada}")
        assert why(signed) is None

    def test_a_key_that_nobody_here_vouches_for_does_not_count_whatever_it_is_called(
        self, signed: GitRepo, keyring: Path
    ) -> None:
        forged = gpg_key(ADA)
        loosen(signed, f"user.signingkey={forged}")
        gpg("--import-ownertrust", data=f"{forged}:2:\n")  # 2: unknown
        assert "the key is not one that this machine trusts" in str(why(signed))

    def test_a_name_that_was_added_to_a_trusted_key_is_not_trusted(self, signed: GitRepo, keyring: Path) -> None:
        mine, eve = gpg_key("Me <me@example.org>"), gpg_key(EVE)
        gpg("--import-ownertrust", data=f"{eve}:2:\n")
        gpg("--yes", "--default-key", mine, "--quick-sign-key", eve)
        gpg("--quick-add-uid", eve, ADA)
        gpg("--quick-set-primary-uid", eve, ADA)
        loosen(signed, f"user.signingkey={eve}")
        assert signed.git("log", "-1", "--format=%G? %GS") == f"G {ADA}", "git alone takes her word for it"
        assert why(signed) == f"it is not signed by {ADA}: its good signature is of eve@example.org"

    def test_a_keyring_in_the_repository_is_not_used(self, signed: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
        ada = gpg_key(ADA)
        loosen(signed, f"user.signingkey={ada}")
        (signed.path / "keys").mkdir(mode=0o700)
        monkeypatch.setenv("GNUPGHOME", str(signed.path / "keys"))
        assert "GNUPGHOME is " in str(why(signed))
