from __future__ import annotations

import datetime as dt

from hub.organisations.models import Organisation
from stepshare.models import Installation, Product, ProductConcept, Project, ProjectConcept
from taxonomy.models import Concept
from tests.bench.fill.size import Size
from tests.bench.fill.words import Words


def fill(size: Size, words: Words, now: dt.datetime) -> None:
    chance = words.chance
    councils = list(Organisation.objects.councils().order_by("pk"))
    suppliers = list(Organisation.objects.suppliers().order_by("pk"))
    concepts = list(Concept.objects.order_by("pk"))
    products = Product.objects.bulk_create(
        Product(slug=f"system-{n}", name=f"System {n}", supplier=chance.choice(suppliers), summary=words.some(15), entered_at=now)
        for n in range(size.products)
    )
    ProductConcept.objects.bulk_create(ProductConcept(product=product, concept=chance.choice(concepts)) for product in products)
    Installation.objects.bulk_create(
        [
            Installation(
                council=chance.choice(councils),
                product=chance.choice(products),
                status=chance.choice(list(Installation.Status)),
                audience=chance.choice(["public", "public", "members", "council"]),
                entered_at=now,
                last_confirmed_at=now - dt.timedelta(days=chance.randint(1, 700)),
            )
            for _ in range(size.installations)
        ],
        batch_size=1000,
    )
    projects = Project.objects.bulk_create(
        [
            Project(
                slug=f"project-{n}",
                title=words.title()[:140],
                council=chance.choice(councils),
                summary=words.some(30)[:300],
                phase=chance.choice(list(Project.Phase)),
                audience=chance.choice(["public", "public", "members"]),
                entered_at=now,
                changed_at=now,
            )
            for n in range(size.projects)
        ],
        batch_size=1000,
    )
    ProjectConcept.objects.bulk_create(
        [ProjectConcept(project=project, concept=concept) for project in projects for concept in chance.sample(concepts, 2)],
        batch_size=1000,
    )
