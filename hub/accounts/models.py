"""Who somebody is to the door: an email address. What they may do is `hub.members`' business."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from hub.public_ids import PublicIdField


def normalise_email(email: str) -> str:
    """Fold case throughout: no council's mail system tells A from a, and two accounts for one mailbox would."""
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Without a password nobody can sign in by one (bulk fillers, single sign-on)."""
        if not email:
            raise ValueError("A user needs an email address.")
        user = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, *args: Any, **kwargs: Any) -> User:
        """Refuse: there is no short-cut past the roles (`manage.py grant_role`)."""
        raise NotImplementedError("There are no superusers. Sign up, then run: manage.py grant_role EMAIL administrator")

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=normalise_email(email or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """First and last name are two fields because Wagtail's user screens read both."""

    public_id = PublicIdField()
    email = models.EmailField("email address", unique=True)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        constraints = [
            models.CheckConstraint(name="accounts_user_no_superuser", condition=models.Q(is_superuser=False)),
            models.CheckConstraint(name="accounts_user_email_folded", condition=models.Q(email=Lower("email"))),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = normalise_email(self.email)
