"""Numbered states of a scheme: drafted, opened for comment, and then given out, never to change again."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from wagtail.log_actions import log

from hub.accounts.models import User
from taxonomy.actions.recording import Refused
from taxonomy.models import ConceptScheme, SchemeRelease
from taxonomy.skos import rdf_out
from taxonomy.skos.stored import concepts_for, vocabulary_of

State = SchemeRelease.State


@transaction.atomic
def draft_release(*, scheme: ConceptScheme, number: str, notes: str, by: User, now: dt.datetime) -> SchemeRelease:
    try:
        with transaction.atomic():
            release = SchemeRelease.objects.create(scheme=scheme, number=number.strip(), notes=notes.strip())
    except IntegrityError as error:
        raise Refused(f"“{scheme}” has a release {number} already. Give this one another number.") from error
    log(instance=release, action="wagtail.create", user=by, timestamp=now)
    return release


@transaction.atomic
def open_for_comment(*, release: SchemeRelease, until: dt.datetime, by: User, now: dt.datetime) -> SchemeRelease:
    """Again with another day, if need be, until it is released."""
    if until <= now:
        raise Refused("Choose a day that is still to come.")
    if release.state == State.RELEASED:
        raise Refused("This release is out already.")
    moved = SchemeRelease.objects.filter(pk=release.pk).exclude(state=State.RELEASED)
    if not moved.update(state=State.COMMENT, comments_from=release.comments_from or now, comments_until=until):
        raise Refused("This release is out already.")
    log(instance=release, action="wagtail.edit", user=by, data={"comments_until": until.isoformat()}, timestamp=now)
    release.refresh_from_db()
    return release


def freeze(*, release: SchemeRelease, by: User, now: dt.datetime) -> SchemeRelease:
    """What every visitor may read at this moment, written down with its hash. Only the last statement takes the lock."""
    if release.state == State.RELEASED:
        raise Refused("This release is out already.")
    visitor = AnonymousUser()
    vocabulary = vocabulary_of(release.scheme, concepts_for(visitor))
    if not vocabulary.entries:
        raise Refused(f"“{release.scheme}” has no published term yet. Publish some, then release it.")
    text = "".join(rdf_out.turtle(vocabulary, version=release.number))
    frozen = {
        "state": State.RELEASED,
        "turtle": text,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "snapshot": [vocabulary.entries[uri].as_json() for uri in sorted(vocabulary.entries)],
        "released_at": now,
    }
    with transaction.atomic():
        if not SchemeRelease.objects.filter(pk=release.pk).exclude(state=State.RELEASED).update(**frozen):
            raise Refused("This release is out already.")
        log(instance=release, action="wagtail.publish", user=by, data={"sha256": frozen["sha256"]}, timestamp=now)
    release.refresh_from_db()
    return release


def is_as_released(release: SchemeRelease) -> bool:
    """Whether what is kept is still what was hashed."""
    return hashlib.sha256(release.turtle.encode()).hexdigest() == release.sha256
