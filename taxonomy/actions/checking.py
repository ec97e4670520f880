"""Looking through schemes for what an editor should know: asked for by people, done by the worker, and kept with its time."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q

from hub.accounts.models import User
from taxonomy.models import Concept, ConceptScheme, QualityReport
from taxonomy.skos import handing_out


def ask_for_checks(*, by: User, now: dt.datetime) -> None:
    """Of every scheme; the worker does it within a minute."""
    schemes = ConceptScheme.objects.order_by("pk")
    QualityReport.objects.bulk_create(
        [QualityReport(scheme=scheme, asked_at=now) for scheme in schemes],
        update_conflicts=True,
        unique_fields=["scheme"],
        update_fields=["asked_at"],
    )


def check_scheme(*, scheme: ConceptScheme, now: dt.datetime) -> QualityReport:
    """Reads for as long as it takes, then writes in one statement."""
    findings = [finding.as_json() for finding in handing_out.quality_of(scheme, now)]
    report, _ = QualityReport.objects.update_or_create(scheme=scheme, defaults={"findings": findings, "checked_at": now})
    return report


def schemes_to_check() -> list[ConceptScheme]:
    """Those never looked at, those somebody asked for, and those of which a term has changed since."""
    report = QualityReport.objects.filter(scheme=OuterRef("pk"), checked_at__isnull=False).exclude(asked_at__gt=F("checked_at"))
    changed = Concept.objects.filter(scheme=OuterRef("pk"), modified_at__gt=OuterRef("quality_report__checked_at"))
    return list(ConceptScheme.objects.filter(~Q(Exists(report)) | Q(Exists(changed))).order_by("pk"))
