"""What members tell of themselves: to each other, or to nobody."""

from __future__ import annotations

import io
import random

from django.core.files.base import ContentFile
from PIL import Image

from hub.accounts.models import User
from hub.members.models import Profile, ProfileConcept
from tests.factories.accounts import UserFactory
from tests.factories.members import MembershipFactory, ProfileFactory
from tests.factories.stepshare import ProductOfferFactory
from tests.whole_site.matrix import ROLES
from tests.whole_site.world import CANARY, MEMBERS, NOBODY, NOW, World
from tests.whole_site.world.people import WITHOUT_ACCOUNT
from tests.whole_site.world.posts import OfRole


def tell(world: World) -> None:
    """One member with everything shown, and one who keeps back all that can be kept back."""
    world.make("own_user", OfRole({role: world[role] for role in ROLES if role not in WITHOUT_ACCOUNT}))
    world.hide("quiet_member", MEMBERS, lambda: _open_person(world))
    if "quiet_member" in world.things:
        world.hide("quiet_photo", MEMBERS, lambda: _photo(world["quiet_member"].profile))
    kept = {"shows_job_role": False, "shows_interests": False, "shows_photo": False}
    profile = ProfileFactory(user=world["replier"], about="Shared words.", changed_at=NOW, offers=[world["term"]], **kept)
    ProductOfferFactory(user=world["replier"], product=world["product_two"], offered_at=NOW)
    world.hide("kept_back", NOBODY, lambda: _keep_back(profile, world))
    world.hide("kept_photo", NOBODY, lambda: _photo(profile))
    # Who is in no directory is in no list of people to ask either.
    world.hide("unseen_offer", NOBODY, lambda: ProductOfferFactory(user=world["former"], product=world["product"]))


def _open_person(world: World) -> User:
    person: User = UserFactory(email="shown@council.example", first_name=CANARY, last_name="Asked", joined_at=NOW)
    MembershipFactory(user=person, organisation=world["westmere"], job_role=f"{CANARY} manager")
    shown = {"phone": "01632 960 001", "shows_phone": True, "shows_email": True}
    told = {"about": f"{CANARY} tells.", "about_html": f"<p>{CANARY} tells.</p>", "changed_at": NOW}
    ProfileFactory(user=person, offers=[world["term"]], interests=[world["term"]], **shown, **told)
    ProductOfferFactory(user=person, product=world["product"], offered_at=NOW)
    return person


def _keep_back(profile: Profile, world: World) -> Profile:
    profile.phone = f"01632 {CANARY}"
    profile.save()
    profile.user.memberships.update(job_role=f"{CANARY} keeper")
    ProfileConcept.objects.create(profile=profile, concept=world["term"], kind=ProfileConcept.Kind.INTEREST)
    return profile


def _photo(profile: Profile) -> str:
    """Its name in addresses."""
    out = io.BytesIO()
    Image.frombytes("RGB", (9, 9), random.Random(profile.about).randbytes(243)).save(out, "PNG")
    profile.photo = ContentFile(out.getvalue(), name="photo.png")
    profile.save()
    return str(profile.photo.name).rpartition("/")[2]
