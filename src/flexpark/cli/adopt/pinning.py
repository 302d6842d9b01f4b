"""Pin look-ups in a stack file: the SIDs of what is there before, so that a run without changes asks for nothing."""

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

KEY = "flexpark:pinned"


def pin(path: Path, workspace_sid: str, queues: Mapping[str, str]) -> bool:
    """Write `flexpark:pinned` into a stack file, leaving every other line as it is; whether that changed it."""
    text = path.read_text("utf-8")
    pinned = {"workspaceSid": workspace_sid, **({"queues": dict(queues)} if queues else {})}
    if yaml.safe_load(text).get("config", {}).get(KEY) == pinned:
        return False
    line = f"  {KEY}: " + yaml.safe_dump(pinned, default_flow_style=True, width=10_000, sort_keys=False).strip()
    kept = re.sub(rf"^(  ['\"]?{KEY}['\"]?:.*\n(?:(?:    .*|\s*)\n)*)", "", text, flags=re.MULTILINE)
    path.write_text(re.sub(r"^config:[ \t]*\n", f"config:\n{line}\n", kept, count=1, flags=re.MULTILINE), "utf-8")
    return True
