"""What a user calls a model on a hub: NAME, OWNER/NAME, each with @REVISION."""

import re

WORD = r"[A-Za-z0-9](?:[A-Za-z0-9_]|[.-](?![.-])){0,94}"
SPEC = re.compile(rf"(?:(?P<owner>{WORD})/)?(?P<name>{WORD})(?:@(?P<revision>{WORD}))?")
"""No name can leave a folder or be taken for an option."""


def parse(spec: str) -> tuple[str | None, str, str | None]:
    """Return (owner, name, revision) of "name", "owner/name" or either with "@revision". Raises ValueError."""
    match = SPEC.fullmatch(spec)
    if not match:
        raise ValueError(f"{spec[:120]!r} names no model on a hub; expected NAME, OWNER/NAME or OWNER/NAME@REVISION")
    return match["owner"], match["name"], match["revision"]
