"""How a database is named in a config."""

from __future__ import annotations

import re

_PASSWORD = re.compile(r"\bpassword\s*=|^\w+://[^/?@]*:[^/?@]*@", re.IGNORECASE)


def holds_password(database: str) -> bool:
    """True for a connection string that nobody should see."""
    return _PASSWORD.search(database) is not None
