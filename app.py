"""The web page on http://127.0.0.1:7860: `python app.py`. What can be set is in coach/settings.py (`COACH_PORT`, …)."""

from __future__ import annotations

import sys

from coach.errors import CoachError
from coach.settings import Settings
from coach.ui.serve import serve

if __name__ == "__main__":
    try:
        serve(Settings())
    except CoachError as error:
        sys.exit(f"coach: {error}")
