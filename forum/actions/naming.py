"""Whom a post names."""

from __future__ import annotations

import datetime as dt

from forum import mentions
from forum.models import Answer, Comment, Mention, Question
from hub.accounts.models import User
from hub.members.directory import known_by_name


def name_people(post: Question | Answer | Comment, *, by: User, now: dt.datetime) -> None:
    """In the transaction that wrote its text, just rendered: whoever is named for the first time is named from `now` on."""
    names = mentions.names_in(post.body_html)
    known = known_by_name(by, names)
    people = {name: known[name] for name in mentions.met(post.body_html, known)}
    post.mentions.exclude(person__in=people.values()).delete()
    of_post = {str(post._meta.model_name): post}
    before = set(post.mentions.values_list("person", flat=True))
    Mention.objects.bulk_create(Mention(**of_post, person_id=pk, named_at=now) for pk in people.values() if pk not in before)
    if not people:
        return
    ids = dict(post.mentions.values_list("person", "public_id"))
    post.body_html = mentions.marked(post.body_html, {name: ids[pk] for name, pk in people.items()})
    post.save(update_fields=["body_html"])
