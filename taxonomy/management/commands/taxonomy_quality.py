"""`manage.py taxonomy_quality council-crm`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from taxonomy.models import ConceptScheme
from taxonomy.skos import handing_out


class Command(BaseCommand):
    help = "Look through a scheme for circles, doubles, orphans, missing meanings and what else an editor should know."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scheme", help="the scheme's short name, such as council-crm")

    def handle(self, *args: Any, **options: Any) -> None:
        scheme = ConceptScheme.objects.filter(slug=options["scheme"]).first()
        if scheme is None:
            known = ", ".join(ConceptScheme.objects.order_by("slug").values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no scheme “{options['scheme']}”. There are: {known}.")
        for finding in handing_out.quality_of(scheme, timezone.now()):
            self.stdout.write(f"{finding.title}: {len(finding.places)}")
            for label, _, told in finding.all_shown:
                self.stdout.write(f"  {label}{f': {told}' if told else ''}")
