"""What the sign-up form asks besides an address and a password."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest

from hub.accounts.models import User


class SignupForm(forms.Form):
    first_name = forms.CharField(max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    last_name = forms.CharField(max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth has saved the user; it copies the names itself."""
