"""What the sign-up form asks besides an address and a password."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from hub.accounts.models import User
from hub.members.actions.consent import agree
from hub.members.consent import CURRENT


class SignupForm(forms.Form):
    agreement = CURRENT.text
    first_name = forms.CharField(max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    last_name = forms.CharField(max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth has saved the user and copies the names itself. What they agreed to stood above the button."""
        agree(by=user, source="sign-up form", now=timezone.now())
