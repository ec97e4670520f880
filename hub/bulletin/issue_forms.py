"""What an editor types into an issue, and what a facilitator sets about the schedule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BoundField
from django.urls import reverse_lazy

from hub.bulletin import drafts
from hub.bulletin.dates import USUAL_TIME
from hub.bulletin.models import BulletinIssue, BulletinItem, BulletinSchedule
from hub.core.markdown import MAX_LENGTH

DAY_ERRORS = {"invalid": "Write the day like 25/12/2026."}
TIME_ERRORS = {"invalid": "Write the time like 10:00."}


def _day(**given: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(input_formats=["%Y-%m-%d", "%d/%m/%Y"], widget=widget, error_messages=DAY_ERRORS, **given)


def _time(**given: Any) -> forms.TimeField:
    return forms.TimeField(
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={**TIME_ERRORS, "required": "Set a time, such as 10:00."},
        **given,
    )


class IssueForm(forms.Form):
    """The words of a draft and when it goes; each item has a note of its own."""

    title = forms.CharField(
        label="Title",
        help_text="It is also the subject of the mail.",
        max_length=120,
        error_messages={"required": "Give the issue a title."},
    )
    opening = forms.CharField(
        label="Opening",
        help_text="A few warm words, signed. Leave an empty line between paragraphs.",
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8, "data-preview-url": reverse_lazy("markdown_preview")}),
    )
    send_on = _day(label="Day it goes", required=False, help_text="Leave it empty to send it by hand.")
    send_time = _time(label="Time, in London", required=False)
    # Which draft the words are typed over.
    seen = forms.CharField(label="Draft", required=False, widget=forms.HiddenInput)

    def __init__(self, issue: BulletinIssue, items: Iterable[BulletinItem], data: Any = None) -> None:
        items = list(items)
        super().__init__(data, initial=_initial(issue, items))
        for item in items:
            self.fields[note_name(item)] = forms.CharField(
                label="Note",
                required=False,
                max_length=300,
                initial=item.note,
                error_messages={"max_length": "Keep a note to %(limit_value)d characters: this one has %(show_value)s."},
            )

    def clean_opening(self) -> str:
        return str(self.cleaned_data["opening"]).replace("\r\n", "\n")

    def note_of(self, item: BulletinItem) -> BoundField:
        return self[note_name(item)]

    def over(self, issue: BulletinIssue, items: Iterable[BulletinItem]) -> IssueForm:
        """What was typed, over the draft as somebody else has left it: sent once more, it stands. After `is_valid()`."""
        items = list(items)
        typed = {name: self.data[name] for name in self.data}
        now = {"seen": drafts.as_typed(issue, items), "opening": self.cleaned_data["opening"]}
        return IssueForm(issue, items, {note_name(item): item.note for item in items} | typed | now)

    def in_the_draft(self) -> list[tuple[str, str]]:
        """Where the draft holds something else than what was typed: the name of the field, and what it holds."""
        return [(str(self[name].label), _in_words(self[name].initial)) for name in self.changed_data]

    def words(self) -> dict[str, Any]:
        """After `is_valid()`."""
        return {name: self.cleaned_data[name] for name in ("title", "opening", "send_on", "send_time")}

    def notes(self) -> dict[str, str]:
        """By the item's public id. After `is_valid()`."""
        return {name.removeprefix("note-"): text for name, text in self.cleaned_data.items() if name.startswith("note-")}


def _initial(issue: BulletinIssue, items: Iterable[BulletinItem]) -> dict[str, Any]:
    return {
        "title": issue.title,
        "opening": issue.opening,
        "send_on": issue.send_on,
        "send_time": issue.send_time,
        "seen": drafts.as_typed(issue, items),
    }


def _in_words(value: Any) -> str:
    if isinstance(value, dt.date):
        return f"{value:%-d %B %Y}"
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value or "Nothing")


def note_name(item: BulletinItem) -> str:
    return f"note-{item.public_id}"


class ScheduleForm(forms.Form):
    is_on = forms.BooleanField(label="Draft each issue by itself", required=False)
    every = forms.TypedChoiceField(label="How often", choices=BulletinSchedule.Every.choices, coerce=int)
    weekday = forms.TypedChoiceField(label="Day of the week", choices=BulletinSchedule.Weekday.choices, coerce=int)
    at = _time(label="Time, in London", help_text="It stays the same on the clock when the clocks change.")
    first = _day(label="First issue", help_text="On this day, or the next such day of the week. The dates are counted from there.")
    draft_days_before = forms.IntegerField(
        label="Days before, for the draft",
        min_value=1,
        max_value=14,
        help_text="So long before its day an issue is drafted, and editors hear that it waits.",
        error_messages={
            "min_value": "Give the editors one day at least.",
            "max_value": "Two weeks are the most: what is drafted earlier is old by its day.",
            "invalid": "Write a whole number of days.",
            "required": "Write a number of days, such as 5.",
        },
    )

    @classmethod
    def initial_for(cls, schedule: BulletinSchedule | None, today: dt.date) -> dict[str, Any]:
        if schedule is None:
            return {"is_on": True, "every": 2, "weekday": 1, "at": USUAL_TIME, "first": today, "draft_days_before": 5}
        return {
            "is_on": schedule.is_on,
            "every": schedule.every,
            "weekday": schedule.first_on.weekday(),
            "at": schedule.at,
            "first": schedule.first_on,
            "draft_days_before": schedule.draft_days_before,
        }
