"""What the worker does for the A-Z."""

from __future__ import annotations

import logging

from django.utils import timezone
from django_tasks import task

from taxonomy.models import SchemeImport

logger = logging.getLogger(__name__)


@task()
def check_import_task(public_id: str) -> None:
    from taxonomy.actions import importing

    started = SchemeImport.objects.get(public_id=public_id)
    try:
        importing.check_import(started=started, now=timezone.now())
    except Exception:
        logger.exception("Looking at import %s broke.", public_id)
        importing.give_up_import(started=started, now=timezone.now(), reason="The file could not be read to its end.")


@task()
def apply_import_task(public_id: str) -> None:
    from taxonomy.actions import Refused, importing

    started = SchemeImport.objects.get(public_id=public_id)
    try:
        importing.apply_import(started=started, now=timezone.now())
    except Refused as error:
        importing.give_up_import(started=started, now=timezone.now(), reason=str(error))
    except Exception:
        logger.exception("Taking in import %s broke.", public_id)
        importing.give_up_import(started=started, now=timezone.now(), reason="The file could not be taken in; nothing was written.")
