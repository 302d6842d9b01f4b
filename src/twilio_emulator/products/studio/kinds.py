"""How Studio's things are kept in the store."""

from typing import Any

FLOW, REVISION = "studio.flow", "studio.revision"
EXECUTION, STEP = "studio.execution", "studio.step"

Doc = dict[str, Any]
