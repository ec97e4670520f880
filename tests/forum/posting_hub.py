"""A hub to be killed while people post: `python -m tests.forum.posting_hub 50` lays the tables, signs 50 members in and says so, as JSON."""

from __future__ import annotations

import json
import os
import sys

import django


class _NoMigrations(dict[str, None]):
    """Tables straight from the models, as in all tests but `make test-postgres`: a hundred migrations take a minute of a core."""

    def __contains__(self, app: object) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


def prepare(members: int) -> dict[str, object]:
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    from hub.accounts.models import User
    from hub.members.models import Membership
    from hub.organisations.models import Organisation
    from taxonomy.models import Concept
    from tests.conftest import NOW
    from tests.factories.taxonomy import ConceptFactory

    settings.MIGRATION_MODULES = _NoMigrations()
    call_command("migrate", run_syncdb=True, verbosity=0)
    concept: Concept = ConceptFactory(label="Street lighting under test")
    council, _ = Organisation.objects.get_or_create(
        slug="posting",
        defaults={"name": "Posting District Council", "short_name": "Posting", "kind": "council", "tier": "district"},
    )
    keys = []
    for number in range(members):
        user = User.objects.create_user(f"poster{number}@posting.example", first_name="Poster", last_name=str(number))
        Membership.objects.create(user=user, organisation=council, started_at=NOW, approved_at=NOW)
        session = SessionStore()
        session["_auth_user_id"] = str(user.pk)
        session["_auth_user_backend"] = "hub.members.backends.SignInBackend"
        session["_auth_user_hash"] = user.get_session_auth_hash()
        session.save()
        keys.append(session.session_key)
    return {"sessions": keys, "term": concept.label, "cookie": settings.SESSION_COOKIE_NAME}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.dev")
    django.setup()
    print(json.dumps(prepare(int(sys.argv[1]))), flush=True)  # noqa: T201 - the test reads it
