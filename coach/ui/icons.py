"""The page's icons: paths on a ground of 20 by 20, drawn in the colour of the text."""

from __future__ import annotations

PATHS = {
    "chats": "M4 5h12M4 10h12M4 15h8",
    "close": "M5 5l10 10M15 5L5 15",
    "copy": "M7.5 7.5h8v8h-8zM12.5 7.5v-3h-8v8h3",
    "delete": "M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6",
    "down": "M6.5 11.5V4h7.2c.7 0 1.3.5 1.5 1.200l1 4.300c.2 1-.5 2-1.6 2H12l.6 3.500c.1 1-.6 1.5-1.3 1.500L7.5 11.500H4V4h2.5",
    "edit": "M4 16l.8-3.200L13 4.600l2.4 2.4-8.2 8.200zM11.5 6.100l2.4 2.4",
    "export": "M10 3.500v9M6.5 9l3.5 3.500L13.5 9M4 16.500h12",
    "keys": "M3 6h14v8.500H3zM6 9h.01M9 9h.01M12 9h.01M14.5 9h.01M7 12h6",
    "leave": "M8 4H4v12h4M8 10h8.500M13.5 7l3 3-3 3",
    "lock": "M5.5 9h9v7h-9zM7.5 9V6.500a2.5 2.5 0 0 1 5 0V9",
    "new": "M10 4.500v11M4.5 10h11",
    "retry": "M15.5 10a5.5 5.5 0 1 1-1.7-4M15.5 3.500V7H12",
    "theme": "M10 3.500a6.5 6.5 0 1 0 0 13zM10 3.500a6.5 6.5 0 0 1 0 13",
    "up": "M6.5 8.500V16h7.200c.7 0 1.3-.5 1.5-1.200l1-4.300c.2-1-.5-2-1.6-2H12l.6-3.500c.1-1-.6-1.5-1.3-1.500L7.5 8.500H4V16h2.5",
}


def icon(name: str) -> str:
    """The icon as SVG. It says nothing to a screen reader: the words stand beside it."""
    return (
        '<svg class="icon" viewBox="0 0 20 20" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.6" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="{PATHS[name]}"/></svg>'
    )
