"""What there is to look at in a scheme, as the worker found it when it last looked."""

from __future__ import annotations

from django.db import models

from taxonomy.models.schemes import ConceptScheme


class QualityReport(models.Model):
    """`findings` is a list of {"title", "advice", "count", "shown"}, the last a list of [label, address of its page, what is wrong]
    of the first of them. `asked_at` is later than `checked_at` while somebody waits for a new one."""

    scheme = models.OneToOneField(ConceptScheme, on_delete=models.CASCADE, related_name="quality_report")
    findings = models.JSONField(default=list)
    asked_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"What to look at in {self.scheme}"

    @property
    def is_waited_for(self) -> bool:
        return self.checked_at is None or (self.asked_at is not None and self.asked_at > self.checked_at)
