"""The environment of a child: what a program needs to run, and no secret of ours."""

from __future__ import annotations

from collections.abc import Mapping

from resonance_perf.model.benchmark import Env

_ALLOWED = """
PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TMP TEMP TERM LD_LIBRARY_PATH __CF_USER_TEXT_ENCODING
VIRTUAL_ENV CONDA_PREFIX PYENV_ROOT NVM_DIR NVM_BIN VOLTA_HOME GOPATH GOROOT GOCACHE GOMODCACHE CARGO_HOME RUSTUP_HOME
JAVA_HOME GEM_HOME GEM_PATH SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME
XDG_RUNTIME_DIR
"""
_PASSED = frozenset(_ALLOWED.split())
_NEVER = ("GIT_",)


def scrubbed_environment(environ: Mapping[str, str], extra: Env) -> dict[str, str]:
    """The environment for a child: an allow-list of `environ` and LC_*, then `extra`.

    An entry of `extra` sets a variable, or with None passes ours through. GIT_* is never passed through, whoever asks:
    inside a hook it points at the user's index.
    """
    made = {name: value for name, value in environ.items() if name in _PASSED or name.startswith("LC_")}
    for name, value in extra:
        if value is not None:
            made[name] = value
        elif name in environ and not name.startswith(_NEVER):
            made[name] = environ[name]
    return made
