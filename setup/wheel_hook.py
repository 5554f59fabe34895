"""Refuses to build a wheel without the built front end or the compiled catalogues.

Run by hatchling. An editable install needs neither: `make` builds them in place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = ("app.css", "app.js", "charts.js", "icons.svg")
WEB = "src/dunwell/faces/web"


class WheelHook(BuildHookInterface):
    """Looks for what a wheel must carry and git does not hold."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Stop with the list of what is missing, and the command that makes it."""
        if version == "editable":
            return
        web = Path(self.root) / WEB
        missing = [f"static/dist/{name}" for name in BUILT]
        missing = [name for name in missing if not (web / name).is_file()]
        for source in web.glob("*/locale/*/LC_MESSAGES/*.po"):
            if not source.with_suffix(".mo").is_file():
                missing.append(str(source.with_suffix(".mo").relative_to(web)))
        if missing:
            raise FileNotFoundError(f"run `make setup` first; missing: {', '.join(missing)}")
