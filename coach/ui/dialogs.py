"""The page's dialogs: native ones, so that the browser keeps the focus inside and closes them with Escape."""

from __future__ import annotations

from html import escape

from coach.storage.records import LONGEST_REASON, LONGEST_TITLE
from coach.ui.icons import icon
from coach.ui.strings import Strings


def dialogs_html(text: Strings, retention_days: int | None, max_question_chars: int, mine: bool) -> str:
    """All dialogs, closed. `mine` says that conversations are kept for a user with an account rather than for a browser."""
    return "".join(
        [
            _dialog(
                "rename",
                text.rename,
                _field(text.title_label, f'<input name="value" maxlength="{LONGEST_TITLE}" required>'),
                text.save,
                text,
            ),
            _dialog(
                "delete",
                text.delete_title,
                f'<p><strong class="about"></strong></p><p>{escape(text.delete_text)}</p>',
                text.delete,
                text,
                True,
            ),
            _dialog("edit", text.edit, _edit(text, max_question_chars), text.send, text),
            _dialog("why", text.why_title, _why(text), text.save, text),
            _data(text, retention_days, mine),
            _keys(text),
        ]
    )


def _dialog(name: str, title: str, body: str, button: str, text: Strings, danger: bool = False) -> str:
    look = "primary danger" if danger else "primary"
    return (
        f'<dialog id="dialog-{name}" aria-labelledby="dialog-{name}-title"><form method="dialog">{_head(name, title, text)}{body}'
        f'<div class="buttons"><button type="button" class="plain" data-act="close">{escape(text.cancel)}</button>'
        f'<button type="submit" class="{look}" value="yes">{escape(button)}</button></div></form></dialog>'
    )


def _head(name: str, title: str, text: Strings) -> str:
    close = f'<button type="button" class="act" data-act="close" aria-label="{escape(text.close)}">{icon("close")}</button>'
    return f'<div class="dialog-head"><h2 id="dialog-{name}-title">{escape(title)}</h2>{close}</div>'


def _field(label: str, field: str) -> str:
    return f"<label><span>{escape(label)}</span>{field}</label>"


def _edit(text: Strings, longest: int) -> str:
    return _field(text.question_label, f'<textarea name="value" rows="4" maxlength="{longest}" required></textarea>') + (
        f"<p>{escape(text.edit_text)}</p>"
    )


def _why(text: Strings) -> str:
    chips = "".join(f'<button type="button" class="chip" data-act="reason">{escape(reason)}</button>' for reason in text.reasons)
    return f'<div class="reasons">{chips}</div>' + _field(
        text.reason_label, f'<textarea name="value" rows="3" maxlength="{LONGEST_REASON}"></textarea>'
    )


def _data(text: Strings, retention_days: int | None, mine: bool) -> str:
    days = text.data_days.format(days=retention_days) if retention_days else text.data_forever
    said = "".join(f"<p>{escape(line)}</p>" for line in (text.data_account if mine else text.data_browser, days))
    links = (
        f'<a class="plain" href="export/all.json" download>{escape(text.export_all_json)}</a>'
        f'<a class="plain" href="export/all.md?lang={text.language}" download>{escape(text.export_all_markdown)}</a>'
    )
    erase = (
        f'<section class="erase"><h3>{escape(text.erase_title)}</h3><p>{escape(text.erase_text)}</p>'
        f'<button type="button" class="primary danger" data-act="erase">{escape(text.erase_button)}</button>'
        f'<div class="sure" hidden><p role="alert">{escape(text.erase_sure)}</p>'
        f'<button type="button" class="plain" data-act="close">{escape(text.cancel)}</button> '
        f'<button type="button" class="primary danger" data-act="erase-now">{escape(text.erase_now)}</button></div>'
        f'<p class="problem" role="alert" hidden>{escape(text.erase_failed)}</p></section>'
    )
    return (
        f'<dialog id="dialog-data" aria-labelledby="dialog-data-title">{_head("data", text.data_title, text)}{said}'
        f'<div class="links">{links}</div>{erase}</dialog>'
    )


def _keys(text: Strings) -> str:
    rows = "".join(
        f"<div><dt>{' + '.join(f'<kbd>{escape(key)}</kbd>' for key in keys.split('+'))}</dt><dd>{escape(does)}</dd></div>"
        for keys, does in text.keys.items()
    )
    head = _head("keys", text.keys_title, text)
    return f'<dialog id="dialog-keys" aria-labelledby="dialog-keys-title">{head}<dl class="keys">{rows}</dl></dialog>'
