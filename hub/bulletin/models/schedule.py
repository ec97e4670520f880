"""When issues come out."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.bulletin.calendar import Rhythm


class BulletinSchedule(models.Model):
    """The one schedule of the hub; there is no other row. Dates and times are those on a wall in London."""

    class Every(models.IntegerChoices):
        WEEK = 1, "Every week"
        FORTNIGHT = 2, "Every fortnight"
        FOUR_WEEKS = 4, "Every four weeks"

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    THE_ONE = 1

    is_on = models.BooleanField(default=True)
    every = models.PositiveSmallIntegerField(choices=Every, default=Every.FORTNIGHT)
    first_on = models.DateField(help_text="The date from which on the dates are counted; its weekday is theirs.")
    at = models.TimeField(default=dt.time(10, 0))
    draft_days_before = models.PositiveSmallIntegerField(default=5)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="bulletin_schedule_only_one", condition=Q(pk=1)),
            models.CheckConstraint(name="bulletin_schedule_weeks_known", condition=Q(every__in=[1, 2, 4])),
        ]

    def __str__(self) -> str:
        return f"{self.get_every_display()}, {self.first_on:%A} at {self.at:%H:%M}"

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.first_on, self.every, self.at)
