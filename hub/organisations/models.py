"""The register: councils and suppliers, their codes, and how one becomes another.

Terms follow the W3C Organization Ontology (org:ChangeEvent, org:originalOrganization, org:resultingOrganization).
"""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.urls import reverse
from wagtail.search import index

from hub.core.audience import Viewer
from hub.public_ids import PublicIdField


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The register is public throughout."""
        return self

    def councils(self) -> Self:
        return self.filter(kind=Organisation.Kind.COUNCIL)

    def with_area(self) -> Self:
        """Bodies that govern an area: councils and combined authorities."""
        return self.filter(kind__in=Organisation.WITH_AREA)

    def suppliers(self) -> Self:
        return self.filter(kind=Organisation.Kind.SUPPLIER)

    def current(self, on: dt.date) -> Self:
        return self.filter(models.Q(abolished_on=None) | models.Q(abolished_on__gt=on))

    def named_like(self, text: str) -> Self:
        """By its own names and by every other name the register knows, spelling mistakes included."""
        other_name = AlternativeName.objects.filter(organisation=models.OuterRef("pk"), name__icontains=text)
        return self.filter(models.Q(name__icontains=text) | models.Q(short_name__icontains=text) | models.Exists(other_name))

    def for_cards(self) -> Self:
        return self.select_related("county")


class Organisation(index.Indexed, models.Model):
    """People see "council" or "supplier"; `slug` is in addresses, `public_id` in forms."""

    class Kind(models.TextChoices):
        COUNCIL = "council", "Council"
        COMBINED_AUTHORITY = "combined-authority", "Combined authority"
        SUPPLIER = "supplier", "Supplier"
        PARTNERSHIP = "partnership", "Partnership"
        OTHER = "other", "Other"

    class Tier(models.TextChoices):
        COUNTY = "county", "County council"
        DISTRICT = "district", "District council"
        UNITARY = "unitary", "Unitary council"
        METROPOLITAN = "metropolitan", "Metropolitan borough council"
        LONDON = "london", "London borough council"
        SCOTTISH = "scottish", "Scottish council"
        WELSH = "welsh", "Welsh council"
        NORTHERN_IRISH = "northern-irish", "Northern Irish council"
        STRATEGIC = "strategic", "Strategic authority"

    class Nation(models.TextChoices):
        ENGLAND = "England", "England"
        SCOTLAND = "Scotland", "Scotland"
        WALES = "Wales", "Wales"
        NORTHERN_IRELAND = "Northern Ireland", "Northern Ireland"

    WITH_AREA = (Kind.COUNCIL, Kind.COMBINED_AUTHORITY)

    public_id = PublicIdField()
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=120, help_text="The name without “council”: what people say.")
    kind = models.CharField(max_length=20, choices=Kind)
    tier = models.CharField(max_length=20, choices=Tier, blank=True)
    nation = models.CharField(max_length=20, choices=Nation, blank=True)
    region = models.CharField(max_length=80, blank=True)
    county = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="districts")
    combined_authority = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="constituents")
    population = models.PositiveIntegerField(null=True, blank=True, help_text="The register's figure of 2020.")
    website = models.URLField(blank=True)
    about = models.TextField(blank=True)
    established_on = models.DateField(null=True, blank=True)
    abolished_on = models.DateField(null=True, blank=True, help_text="The first day on which it was no more.")

    objects = OrganisationQuerySet.as_manager()

    search_fields = [
        index.SearchField("name", boost=4),
        index.AutocompleteField("name"),
        index.SearchField("short_name", boost=2),
        index.RelatedFields("alternative_names", [index.SearchField("name", boost=2)]),
        index.SearchField("about"),
        index.FilterField("kind"),
        index.FilterField("tier"),
        index.FilterField("nation"),
    ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """A supplier has no page of its own: its address lists what it sells."""
        if self.kind == self.Kind.SUPPLIER:
            return f"{reverse('stepshare:system_list')}?supplier={self.slug}"
        return reverse("stepshare:council", kwargs={"slug": self.slug})


class AlternativeName(models.Model):
    """What else people write: the register's own list, spelling mistakes included."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="alternative_names")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="organisations_alternative_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Identifier(models.Model):
    """A code in an outside scheme (adms:Identifier). A GSS code names a boundary, not a body: never key on it."""

    class Scheme(models.TextChoices):
        LOCAL_AUTHORITY = "la-code", "Register code"
        GSS = "gss", "GSS code"
        FORMER_GSS = "former-gss", "Former GSS code"
        ECODE = "ecode", "E-code"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=20, choices=Scheme)
    value = models.CharField(max_length=40)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "scheme", "value"], name="organisations_identifier_once"),
            models.UniqueConstraint(
                fields=["value"],
                condition=models.Q(scheme="la-code"),
                name="organisations_identifier_register_code_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class ChangeEvent(models.Model):
    """Councils become others: any number of predecessors, any number of successors."""

    class Kind(models.TextChoices):
        MERGE = "merge", "Merger"
        SPLIT = "split", "Split"
        RENAME = "rename", "Change of name"
        BOUNDARY = "boundary", "Change of boundary"
        TAKEOVER = "takeover", "Takeover"
        ABOLITION = "abolition", "Abolition"

    class Source(models.TextChoices):
        EDITOR = "editor", "Entered by hand"
        REGISTER = "register", "Recorded by an import of the register"

    public_id = PublicIdField()
    kind = models.CharField(max_length=20, choices=Kind)
    effective_on = models.DateField()
    note = models.TextField(blank=True)
    source = models.CharField(max_length=20, choices=Source, default=Source.EDITOR)
    predecessors = models.ManyToManyField(Organisation, related_name="became")
    successors = models.ManyToManyField(Organisation, related_name="came_from", blank=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.effective_on:%-d %B %Y}"


class MailDomain(models.Model):
    """What follows the @ in a council's addresses, whole. Councils that share their staff share a domain."""

    domain = models.CharField(
        max_length=253,
        help_text="Everything after the @, in lower case: ambleford.gov.uk. A sub-domain is a domain of its own.",
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="mail_domains",
        verbose_name="council",
        limit_choices_to={"kind__in": Organisation.WITH_AREA},
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "organisation"],
                name="organisations_mail_domain_once",
                violation_error_message="That council has this domain already.",
            ),
            # An international name is stored as it travels, in ASCII (xn--...): so two that look alike are never one.
            models.CheckConstraint(
                name="organisations_mail_domain_is_ascii",
                condition=models.Q(domain__regex=r"\A[a-z0-9-]+(\.[a-z0-9-]+)+\Z"),
                violation_error_message="Write the domain like ambleford.gov.uk: letters, digits, hyphens and dots only.",
            ),
        ]

    def __str__(self) -> str:
        return self.domain

    def clean(self) -> None:
        super().clean()
        self.domain = self.domain.strip().lower()
