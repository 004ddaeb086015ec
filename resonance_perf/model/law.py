"""What a config says of budgets: where they stand, who may loosen them, what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """The part of one revision's config on which the limits in force depend.

    `metrics` maps budget keys to full metric names. A revision whose config is missing or cannot be read keeps
    everything of its parent but the approvers: then nobody can approve.
    """

    state_dir: str
    approvers: tuple[str, ...] = ()
    require_signature: bool = False
    metrics: Mapping[str, str] = field(default_factory=dict)
