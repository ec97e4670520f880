"""Who wants to know what becomes of a system."""

from __future__ import annotations

from django.db import models

from hub.core.following import Follow
from stepshare.models.directory import Product


class ProductFollow(Follow):
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="follows")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "product"], name="stepshare_product_follow_once")]

    def __str__(self) -> str:
        return f"{self.user} follows {self.product}"
