"""Where this checkout is: its environments, templates and program are what commands work on."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
