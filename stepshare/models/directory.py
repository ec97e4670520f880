"""Councils' records: products, who uses them, and projects. People see "system" for a product.

Names follow A3 of the research: an Installation is one council's use of a product, apart from the product itself.
"""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, When
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from wagtail.search import index

from hub.core.audience import Audience, Viewer, audiences_for
from hub.members.queries import current_leads, own_council_ids
from hub.organisations.models import Organisation
from hub.public_ids import PublicIdField
from taxonomy.models import Concept, ConceptTag

READ_ANY_COUNCIL = "stepshare.read_any_council"
RECORD_OWN = "stepshare.record_own_council"
RECORD_ANY = "stepshare.record_any_council"


def a_year_before(day: dt.date) -> dt.date:
    """29 February goes back to the 28th."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


class FactAudience(models.TextChoices):
    """The two audiences of the hub and, for a council's own record, the council itself."""

    PUBLIC = "public", "Everyone"
    MEMBERS = "members", "Members only"
    COUNCIL = "council", "Own council only"


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """What is on the market is public; who uses it is the council's fact (Installation)."""
        return self

    def current(self) -> Self:
        return self.filter(is_current=True)

    def for_cards(self) -> Self:
        return self.select_related("supplier").prefetch_related(Prefetch("concepts", Concept.objects.for_tags()))


class Product(index.Indexed, models.Model):
    """What a supplier sells; `supplier` is empty for what councils made themselves or where nobody has said."""

    public_id = PublicIdField()
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=120)
    former_names = models.CharField(max_length=300, blank=True, help_text="What it used to be called, for search.")
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="products")
    summary = models.CharField(max_length=300, blank=True)
    website = models.URLField(blank=True)
    is_current = models.BooleanField(default=True, help_text="Still sold or developed.")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField()
    concepts = models.ManyToManyField(Concept, through="ProductConcept", related_name="+")

    objects = ProductQuerySet.as_manager()

    search_fields = [
        index.SearchField("name", boost=4),
        index.AutocompleteField("name"),
        index.SearchField("former_names", boost=2),
        index.SearchField("summary"),
        index.RelatedFields("supplier", [index.SearchField("name")]),
        index.RelatedFields("concepts", [index.SearchField("label")]),
        index.FilterField("is_current"),
    ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("stepshare:system", kwargs={"slug": self.slug})


class ProductConcept(ConceptTag):
    """What a product does."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="concept_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "concept"], name="stepshare_product_concept_once")]

    def __str__(self) -> str:
        return f"{self.product}: {self.concept}"


class InstallationQuerySet(models.QuerySet["Installation"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Page, count, filter, export and search all pass here: a fact that is hidden counts nowhere."""
        if viewer.has_perm(READ_ANY_COUNCIL):
            return self
        return self.filter(
            Q(audience__in=audiences_for(viewer)) | Q(audience=FactAudience.COUNCIL, council__in=own_council_ids(viewer))
        )

    def in_use(self) -> Self:
        return self.filter(status__in=Installation.IN_USE)

    def not_retired(self) -> Self:
        return self.exclude(status=Installation.Status.RETIRED)

    def stale(self, today: dt.date) -> Self:
        """Facts that wait for somebody to say they are still so; `is_stale` says it of one."""
        return self.not_retired().filter(Q(last_confirmed_at=None) | Q(last_confirmed_at__date__lte=a_year_before(today)))

    def retired_last(self, *order: str) -> Self:
        return self.order_by(Case(When(status=Installation.Status.RETIRED, then=1), default=0), *map(Lower, order), "public_id")

    def for_facts(self) -> Self:
        """Everything a fact row reads."""
        lead = current_leads(timezone.now()).filter(organisation=OuterRef("council"))
        return self.select_related("product", "product__supplier", "council", "legacy_area").annotate(has_lead=Exists(lead))


class Installation(models.Model):
    """One council's use of one product. `legacy_area` is the predecessor a successor inherited it from."""

    class Status(models.TextChoices):
        CONSIDERING = "considering", "Considering"
        PROCURING = "procuring", "Procuring"
        IMPLEMENTING = "implementing", "Implementing"
        LIVE = "live", "Live"
        PHASING_OUT = "phasing-out", "Phasing out"
        RETIRED = "retired", "Retired"

    class Hosting(models.TextChoices):
        SUPPLIER_HOSTED = "supplier-hosted", "Hosted by the supplier"
        OWN = "own", "On the council's own servers"
        SHARED = "shared", "Shared with other councils"
        UNKNOWN = "unknown", "Not known"

    class Users(models.TextChoices):
        UNDER_50 = "under-50", "Under 50"
        FROM_50 = "50-249", "50 to 249"
        FROM_250 = "250-999", "250 to 999"
        FROM_1000 = "1000-plus", "1,000 or more"
        UNKNOWN = "unknown", "Not known"

    class Source(models.TextChoices):
        """Whom the hub has it from."""

        MEMBER = "member", "A member of the council"
        FACILITATOR = "facilitator", "A facilitator"
        IMPORT = "import", "An import"
        SUPPLIER = "supplier", "The supplier, confirmed by the council"
        SUPPLIER_UNCONFIRMED = "supplier-unconfirmed", "The supplier, accepted by a facilitator"

    IN_USE = (Status.IMPLEMENTING, Status.LIVE, Status.PHASING_OUT)

    public_id = PublicIdField()
    council = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="installations")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="installations")
    version = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.LIVE)
    hosting = models.CharField(max_length=16, choices=Hosting, default=Hosting.UNKNOWN)
    users = models.CharField(max_length=12, choices=Users, default=Users.UNKNOWN)
    used_for = models.CharField(max_length=300, blank=True)
    local_name = models.CharField(max_length=80, blank=True, help_text="What people in the council call it.")
    went_live_on = models.DateField(null=True, blank=True)
    planned_exit_on = models.DateField(null=True, blank=True)
    legacy_area = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="legacy_installations"
    )
    audience = models.CharField(max_length=8, choices=FactAudience, default=FactAudience.MEMBERS)
    source = models.CharField(max_length=20, choices=Source, default=Source.MEMBER)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField()
    last_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    last_confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = InstallationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["product", "status", "audience"], name="stepshare_installation_users")]
        constraints = [
            models.CheckConstraint(
                name="stepshare_installation_exit_after_live",
                condition=Q(went_live_on=None) | Q(planned_exit_on=None) | Q(planned_exit_on__gte=F("went_live_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} at {self.council}"

    def get_absolute_url(self) -> str:
        """A fact has no page of its own: it stands on its council's."""
        return f"{self.council.get_absolute_url()}#i-{self.public_id}"

    def is_stale(self, today: dt.date) -> bool:
        if self.status == self.Status.RETIRED:
            return False
        confirmed = self.last_confirmed_at
        return confirmed is None or timezone.localdate(confirmed) <= a_year_before(today)


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(audience__in=audiences_for(viewer))

    def for_cards(self) -> Self:
        return self.select_related("council").prefetch_related(Prefetch("concepts", Concept.objects.for_tags()))

    def for_page(self) -> Self:
        """With `has_lead`, whether anybody leads its council."""
        lead = current_leads(timezone.now()).filter(organisation=OuterRef("council"))
        partners = Prefetch("partners", Organisation.objects.order_by("name"))
        products = Prefetch("products", Product.objects.select_related("supplier").order_by("name"))
        return self.for_cards().prefetch_related(partners, products).annotate(has_lead=Exists(lead))


class Project(index.Indexed, models.Model):
    """A council's piece of work, with what it looks for from other councils and what it learned."""

    class Phase(models.TextChoices):
        IDEA = "idea", "Idea"
        DISCOVERY = "discovery", "Discovery"
        ALPHA = "alpha", "Alpha"
        BETA = "beta", "Beta"
        LIVE = "live", "Live"
        CLOSED = "closed", "Closed"

    class Seeking(models.TextChoices):
        PARTNER = "partner", "A partner council"
        ADVICE = "advice", "Advice"
        REUSE = "reuse", "Someone to reuse it"

    public_id = PublicIdField()
    slug = models.SlugField(max_length=120)
    title = models.CharField(max_length=140)
    council = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="projects")
    partners = models.ManyToManyField(Organisation, blank=True, related_name="partner_projects")
    summary = models.CharField(max_length=300)
    body = models.TextField(blank=True, help_text="Markdown.")
    body_html = models.TextField(blank=True, editable=False)
    phase = models.CharField(max_length=12, choices=Phase, default=Phase.IDEA)
    seeking = models.CharField(max_length=8, choices=Seeking, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    lesson = models.TextField(blank=True, help_text="What the council would tell others; mistakes included.")
    products = models.ManyToManyField(Product, blank=True, related_name="projects")
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.MEMBERS)
    source = models.CharField(max_length=20, choices=Installation.Source, default=Installation.Source.MEMBER)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    concepts = models.ManyToManyField(Concept, through="ProjectConcept", related_name="+")

    objects = ProjectQuerySet.as_manager()

    search_fields = [
        index.SearchField("title", boost=4),
        index.AutocompleteField("title"),
        index.SearchField("summary", boost=1.5),
        index.SearchField("body"),
        index.SearchField("lesson"),
        index.RelatedFields("council", [index.SearchField("name")]),
        index.RelatedFields("concepts", [index.SearchField("label")]),
        index.FilterField("audience"),
        index.FilterField("phase"),
        index.FilterField("seeking"),
    ]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stepshare_project_ends_after_start",
                condition=Q(started_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("stepshare:project", kwargs={"public_id": self.public_id, "slug": self.slug})


class ProjectConcept(ConceptTag):
    """What a project is about."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="concept_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "concept"], name="stepshare_project_concept_once")]

    def __str__(self) -> str:
        return f"{self.project}: {self.concept}"
