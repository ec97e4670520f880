"""Members who are happy to be asked about a system."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models

from hub.core.audience import Viewer
from hub.members.models import Member
from stepshare.models.directory import Product


class ProductOfferQuerySet(models.QuerySet["ProductOffer"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Of whoever is in the directory for this viewer."""
        return self.filter(user__in=Member.objects.visible_to(viewer))


class ProductOffer(models.Model):
    """ "I am happy to be asked about this." The member's own word; their council's use of it is an Installation."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="product_offers")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="offers")
    offered_at = models.DateTimeField()

    objects = ProductOfferQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "product"], name="stepshare_product_offer_once")]

    def __str__(self) -> str:
        return f"{self.user} on {self.product}"
