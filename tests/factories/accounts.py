from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from hub.accounts.models import User


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@council.example")
    first_name = factory.Sequence(lambda n: f"First{n}")
    last_name = "Person"
    password = "!"
