"""What members follow and have read."""

from __future__ import annotations

from hub.notifications import actions as notifications
from hub.notifications.models import Notification
from hub.seed import reading
from hub.seed.play.stage import Stage
from stepshare import actions as share
from taxonomy import actions as taxonomy


def follows(stage: Stage) -> None:
    """What they are happy to be asked about or interested in. Before the questions, so that they hear of those; after the
    pages, which were there before them."""
    for row in reading.facts("profiles")["profile"]:
        user, at = stage.people[row["member"]], stage.ago(row["saved_days_ago"])
        for concept in stage.concepts([*row["offers"], *row.get("interests", [])]):
            taxonomy.follow(concept=concept, by=user, now=at)
        for key in row.get("systems", []):
            share.follow_system(product=stage.products[key], by=user, now=at)


def read_notifications(stage: Stage) -> None:
    """All but the last fortnight's."""
    for user in stage.people.values():
        told = Notification.objects.told_to(user).filter(created_at__lt=stage.ago(14)).order_by("-created_at")
        if seen := told.first():
            notifications.mark_all_read(until=seen, by=user, now=stage.ago(13))
