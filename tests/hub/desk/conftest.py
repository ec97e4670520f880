from __future__ import annotations

import pytest
from django.test import Client

from hub.accounts.models import User
from hub.members.models import Role
from tests.factories.members import OfficeFactory

BACKEND = "hub.members.backends.SignInBackend"


@pytest.fixture
def second(db) -> User:
    """The other of the two facilitators."""
    return OfficeFactory(role=Role.FACILITATOR, user__first_name="Sam", user__last_name="Okafor").user


@pytest.fixture
def as_(db):
    def sign_in(user: User) -> Client:
        client = Client(headers={"origin": "http://testserver"})
        client.force_login(user, backend=BACKEND)
        return client

    return sign_in
