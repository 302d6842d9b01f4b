"""What the engine is about to do, as frozen values, and the words for it. Pure: no engine, no network.

Enters: what the engine says of each resource (`step_of`). Leaves: a `Plan`, and its redacted summary as text, Markdown
or JSON. No value of a property and no output ever enters a summary: names only.

Start reading in `model.py`.
"""

from flexpark.plan.model import Kind, Plan, Resource, Step, step_of
from flexpark.plan.summary import as_json, as_markdown, as_text

__all__ = ["Kind", "Plan", "Resource", "Step", "as_json", "as_markdown", "as_text", "step_of"]
