"""Plays the demo's text files through the real actions, as the people in them would have done it.

Idempotent: whatever is there already is left alone, so a demo can be seeded again after new content came with an upgrade.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from wagtail.models import Page, Site

from casestudies.actions import publish_case_study
from casestudies.models import CaseStudyIndexPage, CaseStudyPage
from forum import actions as forum
from forum.models import Question
from hub.accounts.models import User
from hub.bulletin import actions as bulletin
from hub.bulletin.models import BulletinIssue, Subscriber
from hub.core.audience import Audience
from hub.core.publishing import publish_page
from hub.events.actions import announce_event
from hub.events.models import EventIndexPage, EventPage
from hub.home.models import HomePage, InformationPage
from hub.library.actions import publish_paper
from hub.library.models import BriefingPaperIndexPage, BriefingPaperPage
from hub.members import actions as members
from hub.members.models import Complaint, Membership, Profile, Role
from hub.organisations import actions as register
from hub.organisations.models import ChangeEvent, Organisation
from hub.organisations.queries import councils_of_address
from hub.seed import prose, reading
from stepshare import actions as share
from stepshare.models import Installation, Product, Project, ProposedEntry
from taxonomy import actions as taxonomy
from taxonomy.models import Concept, Feedback, Proposal
from taxonomy.term_list import read

PASSWORD = "learn-from-mistakes"  # noqa: S105 - the demo's, printed on its front page
STARTER = Path(settings.BASE_DIR) / "taxonomy" / "starter" / "council-crm.txt"

Say = Callable[[str], object]


class Play:
    """One seeding: remembers by key what it has made or found."""

    def __init__(self, *, now: dt.datetime, say: Say) -> None:
        self.now = now
        self.say = say
        self.password = make_password(PASSWORD)
        self.councils: dict[str, Organisation] = {}
        self.suppliers: dict[str, Organisation] = {}
        self.people: dict[str, User] = {}
        self.products: dict[str, Product] = {}
        self.projects: dict[str, Project] = {}

    def ago(self, days: int, hour: int = 10) -> dt.datetime:
        day = timezone.localtime(self.now) - dt.timedelta(days=days)
        return min(day.replace(hour=hour, minute=12, second=0, microsecond=0), self.now)

    def concepts(self, labels: Iterable[str]) -> list[Concept]:
        found = {concept.label: concept for concept in Concept.objects.filter(label__in=list(labels))}
        return [found[label] for label in labels]

    # --- who there is -------------------------------------------------------------------------

    def terms(self) -> None:
        starter = read(STARTER.read_text("utf-8"))
        taxonomy.load_scheme(slug="council-crm", title="A to Z of council CRM", parsed=starter.terms, by=None, now=self.ago(200))

    def organisations(self) -> None:
        content = reading.facts("councils")
        # Counties first: districts name theirs.
        for row in sorted(content["council"], key=lambda row: "county" in row):
            self.councils[row["key"]] = self._council(row)
        for row in content.get("change", []):
            self._change(row)
        for row in reading.facts("suppliers")["supplier"]:
            self.suppliers[row["key"]] = register.record_supplier(
                slug=row["key"],
                name=row["name"],
                website=row.get("website", ""),
                about=row.get("about", ""),
                by=None,
                now=self.ago(300),
            )

    def _council(self, row: dict[str, Any]) -> Organisation:
        ended = row.get("abolished_days_ago")
        council = register.record_council(
            code=row["code"],
            slug=row["key"],
            name=row["name"],
            short_name=row["short_name"],
            tier=row["kind"],
            nation=row["nation"],
            region=row.get("region", ""),
            county=self.councils.get(row.get("county", "")),
            population=row.get("population"),
            website=row.get("website", ""),
            about=row.get("about", ""),
            abolished_on=self.ago(ended).date() if ended else None,
            by=None,
            now=self.ago(300),
        )
        for domain in row.get("mail_domains", []):
            register.record_mail_domain(organisation=council, domain=domain, by=None, now=self.ago(300))
        return council

    def _change(self, row: dict[str, Any]) -> None:
        predecessors = [self.councils[key] for key in row["from"]]
        if ChangeEvent.objects.filter(predecessors=predecessors[0]).exists():
            return
        register.record_change(
            kind=ChangeEvent.Kind(row["type"]),
            effective_on=self.ago(row["effective_days_ago"]).date(),
            predecessors=predecessors,
            successors=[self.councils[key] for key in row["to"]],
            note=row.get("note", ""),
            by=None,
            now=self.ago(300),
        )

    def members(self) -> None:
        content = reading.facts("members")
        for row in content["member"]:
            user, council = self._person(row, row["council"]), self.councils[row["council"]]
            by_address = council in councils_of_address(user.email, timezone.localdate(self.now))
            membership = members.join(
                user=user,
                organisation=council,
                job_role=row["job_role"],
                approve=True,
                basis=Membership.Basis.ADDRESS if by_address else Membership.Basis.APPROVAL,
                now=self.ago(row["joined_days_ago"]),
            )
            # Each has answered the yearly question since.
            members.join_by_address(user=user, email=user.email, now=self.ago(row["joined_days_ago"] % 300))
            if row.get("lead"):
                members.appoint_lead(membership=membership, by=None, now=self.ago(row["joined_days_ago"]))
            if row.get("staff"):
                members.grant_office(user=user, role=Role(row["staff"]), by=None, now=self.ago(row["joined_days_ago"]))
        for row in content.get("supplier_person", []):
            user = self._person(row, row["supplier"])
            members.join(
                user=user,
                organisation=self.suppliers[row["supplier"]],
                job_role=row.get("job_role", ""),
                approve=True,
                now=self.ago(90),
            )
        for row in content.get("pending", []):
            members.ask_to_join(
                user=self._person(row, row["council"]),
                organisation=self.councils[row["council"]],
                job_role=row.get("job_role", ""),
                reason=row.get("reason", ""),
                now=self.ago(row["asked_days_ago"]),
            )

    def _person(self, row: dict[str, Any], at: str) -> User:
        email = f"{row['key']}@{at}.example"
        user = User.objects.filter(email=email).first()
        if user is None:
            first, _, last = row["name"].partition(" ")
            user = User.objects.create_user(
                email, first_name=first, last_name=last, joined_at=self.ago(row.get("joined_days_ago", 60))
            )
            # Hashed once for everybody: forty slow hashes would be half of the demo's start.
            User.objects.filter(pk=user.pk).update(password=self.password)
            EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
            members.agree(by=user, source="agreement page", now=self.ago(30))
        self.people[row["key"]] = user
        return user

    # --- STEP Share ---------------------------------------------------------------------------

    def systems(self) -> None:
        for row in reading.facts("products")["product"]:
            self.products[row["key"]] = Product.objects.filter(slug=row["key"]).first() or share.record_product(
                name=row["name"],
                slug=row["key"],
                supplier=self.suppliers[row["supplier"]],
                summary=row["summary"],
                concepts=self.concepts(row["concepts"]),
                by=self.people["lynn.ogden"],
                now=self.ago(250),
            )
        for row in reading.facts("installations")["installation"]:
            self._installation(row)

    def _installation(self, row: dict[str, Any]) -> None:
        council, product = self.councils[row["council"]], self.products[row["product"]]
        legacy = self.councils[row["legacy"]] if row.get("legacy") else None
        if Installation.objects.filter(council=council, product=product, legacy_area=legacy).exists():
            return
        live = row.get("live_days_ago")
        share.record_installation(
            council=council,
            product=product,
            fields={
                "version": row.get("version", ""),
                "status": row["status"],
                "hosting": row["hosting"],
                "users": row.get("users") or Installation.Users.UNKNOWN,
                "used_for": row.get("used_for", ""),
                "local_name": row.get("local_name", ""),
                "went_live_on": self.ago(live).date() if live else None,
                "legacy_area": legacy,
                "audience": row["audience"],
            },
            by=self._someone_at(row["council"]),
            now=self.ago(row["confirmed_days_ago"]),
        )

    def _someone_at(self, council: str) -> User:
        return next(user for user in self.people.values() if user.email.endswith(f"@{council}.example"))

    def projects_shared(self) -> None:
        for row in reading.facts("projects")["project"]:
            council, ended = self.councils[row["council"]], row.get("ended_days_ago")
            self.projects[row["key"]] = Project.objects.filter(council=council, title=row["title"]).first() or share.record_project(
                council=council,
                partners=[self.councils[key] for key in row.get("partners", [])],
                products=[self.products[key] for key in row.get("products", [])],
                concepts=self.concepts(row["concepts"]),
                fields={
                    "title": row["title"],
                    "summary": row["summary"],
                    "phase": row["phase"],
                    "seeking": row.get("seeking", ""),
                    "started_on": self.ago(row["started_days_ago"]).date(),
                    "ended_on": self.ago(ended).date() if ended else None,
                    "lesson": row.get("lesson", ""),
                    "audience": row["audience"],
                },
                by=self._someone_at(row["council"]),
                now=self.ago(min(row["started_days_ago"], 240)),
            )

    def entries(self) -> None:
        if ProposedEntry.objects.exists():
            return
        content = reading.facts("entries")
        for row in content["change"]:
            fact = Installation.objects.get(council=self.councils[row["council"]], product=self.products[row["product"]])
            fields = {name: row[name] for name in ("version", "used_for")}
            share.propose_change(row=fact, fields=fields, by=self.people[row["by"]], now=self.ago(row["sent_days_ago"]))
        for row in content["suggestion"]:
            product = self.products[row["product"]]
            share.suggest_installation(
                council=self.councils[row["council"]],
                product=product,
                supplier=self.suppliers["brackenfield"],
                fields={"status": row["status"], "went_live_on": None, "audience": Audience.MEMBERS},
                note=row["note"],
                by=self.people[row["by"]],
                now=self.ago(row["sent_days_ago"]),
            )

    # --- what members would have changed in the A to Z ------------------------------------------

    def term_proposals(self) -> None:
        if Proposal.objects.exists():
            return
        content = reading.facts("terms")
        for row in content["proposal"]:
            self._term_proposal(row)
        for row in content["follow"]:
            [concept] = self.concepts([row["term"]])
            taxonomy.follow(concept=concept, by=self.people[row["by"]], now=self.ago(row["since_days_ago"]))
        for row in content["feedback"]:
            taxonomy.note_feedback(
                place=Feedback.Place(row["place"]),
                concept=self.concepts([row["term"]])[0] if "term" in row else None,
                found=row["found"],
                words=row.get("words", ""),
                now=self.ago(row["days_ago"]),
            )

    def _term_proposal(self, row: dict[str, Any]) -> None:
        sent = self.ago(row["sent_days_ago"])
        wish = taxonomy.Wish(
            label=row.get("label", ""),
            definition=row.get("meaning", ""),
            target=self.concepts([row["into"]])[0] if "into" in row else None,
        )
        proposal = taxonomy.propose(
            kind=Proposal.Kind(row["kind"]),
            wish=wish,
            reason=row["reason"],
            by=self.people[row["by"]],
            now=sent,
            concepts=self.concepts([row["term"]] if "term" in row else []),
        )
        for key in row.get("backers", []):
            taxonomy.support(proposal=proposal, by=self.people[key], now=sent)
        for said in row.get("comments", []):
            taxonomy.comment(proposal=proposal, body=said["text"], by=self.people[said["by"]], now=self.ago(said["days_ago"]))
        if "answer" in row:
            decide = taxonomy.accept if row["answer"] == "accept" else taxonomy.decline
            decide(
                proposal=proposal,
                reason=row["answer_reason"],
                by=self.people["samira.khan"],
                now=self.ago(row["answer_days_ago"]),
            )

    # --- what members tell of themselves ------------------------------------------------------

    def profiles(self) -> None:
        for row in reading.facts("profiles")["profile"]:
            user, at = self.people[row["member"]], self.ago(row["saved_days_ago"])
            if Profile.objects.filter(user=user).exists():
                continue
            shown = {f"shows_{name}": True for name in row.get("shows", [])}
            members.save_profile(
                user=user,
                first_name=user.first_name,
                last_name=user.last_name,
                fields={"about": row.get("about", ""), "phone": row.get("phone", ""), **shown},
                offers=self.concepts(row["offers"]),
                interests=self.concepts(row.get("interests", [])),
                by=user,
                now=at,
            )
            for key in row.get("systems", []):
                share.offer_to_be_asked(product=self.products[key], by=user, now=at)

    # --- editors' pages -----------------------------------------------------------------------

    def pages(self) -> None:
        home = self._home()
        editor = self.people["samira.khan"]
        for text in reading.texts("information"):
            if not InformationPage.objects.filter(slug=text.key).exists():
                body = text.body.replace("{{ today }}", f"{timezone.localdate(self.now):%-d %B %Y}")
                page = InformationPage(slug=text.key, title=text.facts["title"], summary=text.facts["summary"], owner=editor)
                page.body = _stream(page, prose.blocks(body, page.title))
                publish_page(page, parent=home, by=editor, now=self.ago(200))
        self._papers(home, editor)
        self._case_studies(home, editor)
        self._events(home, editor)

    def _home(self) -> HomePage:
        home = HomePage.objects.first()
        if home is None:
            site = Site.objects.get(is_default_site=True)
            welcome = site.root_page
            home = HomePage(
                title=settings.WAGTAIL_SITE_NAME,
                slug="hub",
                summary="People who run customer services and CRM in UK councils share what worked, what did not, and what they run.",
            )
            Page.get_first_root_node().add_child(instance=home)
            site.root_page, site.site_name = home, settings.WAGTAIL_SITE_NAME
            site.save()
            welcome.delete()
        return home

    def _index(self, kind: type[Page], home: HomePage, slug: str, title: str, summary: str) -> Page:
        return kind.objects.first() or publish_page(
            kind(slug=slug, title=title, summary=summary), parent=home, by=self.people["samira.khan"], now=self.ago(200)
        )

    def _papers(self, home: HomePage, editor: User) -> None:
        index = self._index(
            BriefingPaperIndexPage,
            home,
            "briefing-papers",
            "Briefing papers",
            "What the community knows about one subject, kept up to date and open to correction.",
        )
        for text in reading.texts("papers"):
            if BriefingPaperPage.objects.filter(slug=text.key).exists():
                continue
            facts = text.facts
            authors = ", ".join(self.people[key].get_full_name() for key in facts.get("authors", []))
            revised = facts.get("revised_days_ago")
            fields = {
                "slug": text.key,
                "title": facts["title"],
                "summary": facts["summary"],
                "version": facts["version"],
                "changed": facts.get("changed", ""),
                "revised_on": self.ago(revised).date() if revised else None,
                "authors": authors,
                "body": _stream(BriefingPaperPage(), prose.blocks(text.body, facts["title"])),
            }
            publish_paper(
                parent=index,
                fields=fields,
                concepts=self.concepts(facts["concepts"]),
                by=editor,
                now=self.ago(facts["published_days_ago"]),
                members_only=facts["audience"] == "members",
            )

    def _case_studies(self, home: HomePage, editor: User) -> None:
        index = self._index(
            CaseStudyIndexPage,
            home,
            "case-studies",
            "Case studies",
            "What councils tried, what it cost, what went wrong, and what they would do differently.",
        )
        for text in reading.texts("case-studies"):
            if CaseStudyPage.objects.filter(slug=text.key).exists():
                continue
            facts = text.facts
            fields = {name: facts.get(f"fact_{name}", "") for name in CaseStudyPage.FACTS}
            fields |= {
                "slug": text.key,
                "title": facts["title"],
                "summary": facts["summary"],
                "council": self.councils[facts["council"]],
                "project": self.projects.get(facts.get("project", "")),
                "body": _stream(CaseStudyPage(), prose.blocks(text.body, facts["title"])),
            }
            publish_case_study(
                parent=index,
                fields=fields,
                concepts=self.concepts(facts["concepts"]),
                products=[self.products[key] for key in facts.get("products", [])],
                by=editor,
                now=self.ago(facts["published_days_ago"]),
                members_only=facts["audience"] == "members",
            )

    def _events(self, home: HomePage, editor: User) -> None:
        index = self._index(
            EventIndexPage, home, "events", "Events", "Workshops and meetings, most of them online and all of them free."
        )
        for row in reading.facts("events")["event"]:
            if EventPage.objects.filter(slug=row["key"]).exists():
                continue
            fields = {
                "slug": row["key"],
                "title": row["title"],
                "summary": row["summary"],
                "kind": row["kind"],
                "intended_for": row["for"],
                "date": timezone.localdate(self.now) + dt.timedelta(days=row["in_days"]),
                "start_time": dt.time.fromisoformat(row["start"]),
                "end_time": dt.time.fromisoformat(row["end"]),
                "venue": row["venue"],
                "places": row["places"],
                "body": _stream(EventPage(), prose.blocks(row["body"], row["title"])),
            }
            announce_event(
                parent=index,
                fields=fields,
                concepts=self.concepts(row["concepts"]),
                by=editor,
                now=self.ago(max(30, 20 - row["in_days"])),
            )

    # --- question time and the bulletin -------------------------------------------------------

    def questions(self) -> None:
        for text in reading.texts("questions"):
            if not Question.objects.filter(title=text.facts["title"]).exists():
                self._question(text)

    def _question(self, text: reading.Text) -> None:
        body, answers = reading.question(text.body, text.key)
        facts = text.facts
        question = forum.ask(
            title=facts["title"],
            body=body,
            audience=Audience(facts["audience"]),
            concepts=self.concepts(facts["concepts"]),
            products=[self.products[key] for key in facts.get("products", [])],
            by=self.people[facts["by"]],
            now=self.ago(facts["days_ago"], hour=9),
        )
        for key in facts.get("also_waiting", []):
            forum.need_this_too(question=question, by=self.people[key], now=self.ago(max(facts["days_ago"] - 1, 0)))
        for hour, written in enumerate(sorted(answers, key=lambda answer: -answer.facts["days_ago"])):
            now = self.ago(written.facts["days_ago"], hour=11 + hour)
            answer = forum.answer(question=question, body=written.body, by=self.people[written.facts["by"]], now=now)
            if written.facts.get("accepted"):
                forum.accept(answer=answer, by=self.people[facts["by"]], now=now + dt.timedelta(hours=3))

    def complaints(self) -> None:
        """One that waits, so that a facilitator sees the clock."""
        address = "m.oduya@nowhere.example"
        if not Complaint.objects.filter(address=address).exists():
            members.complain(
                address=address,
                name="Marie Oduya",
                about=Complaint.About.WRONG,
                text="I left Westmarch in March. A page about their contact centre still names me as the person to ask.",
                now=self.ago(6),
            )

    def subscribers(self) -> None:
        for row in reading.facts("subscribers")["subscriber"]:
            if Subscriber.objects.filter(email=row["email"]).exists():
                continue
            confirmed = row.get("confirmed_days_ago")
            subscriber = bulletin.subscribe(
                email=row["email"],
                topics=row["topics"],
                source="demo",
                by=None,
                now=self.ago(confirmed if confirmed is not None else 1),
            )
            if confirmed is not None:
                bulletin.confirm(subscriber=subscriber, by=None, now=self.ago(confirmed))

    def bulletins(self) -> None:
        for row in reading.facts("bulletins")["bulletin"]:
            if not BulletinIssue.objects.filter(number=row["number"]).exists():
                self._bulletin(row)

    def _bulletin(self, row: dict[str, Any]) -> None:
        lynn, now, notes = self.people["lynn.ogden"], self.ago(row["sent_days_ago"]), row.get("notes", {})
        titles = {text.key.split("-", 1)[0]: text.facts["title"] for text in reading.texts("questions")}
        chosen: list[tuple[str, Any]] = [
            *((key, EventPage.objects.get(slug=key)) for key in row["events"]),
            *((key, BriefingPaperPage.objects.get(slug=key)) for key in row["papers"]),
            *((key, CaseStudyPage.objects.get(slug=key)) for key in row["case_studies"]),
            *((str(number), Question.objects.get(title=titles[f"{number:02}"])) for number in row["questions"]),
        ]
        issue = bulletin.start_issue(
            number=row["number"], title=row["title"], opening=row["opening"], suggest=False, by=lynn, now=now
        )
        for key, thing in chosen:
            if is_public(thing):
                bulletin.add_item(issue=issue, obj=thing, note=notes.get(key, ""), by=lynn, now=now)
        bulletin.freeze(issue=issue, by=lynn, now=now)
        bulletin.send(issue=issue, by=lynn, now=now)


def is_public(thing: Any) -> bool:
    """The bulletin goes to people without an account."""
    return type(thing).objects.visible_to(AnonymousUser()).filter(pk=thing.pk).exists()


def _stream(page: Any, blocks: list[prose.Block]) -> Any:
    """Through the block's own reading of stored data, so that what the seed writes is what an editor's form writes."""
    raw = [{"type": kind, "value": value} for kind, value in blocks]
    return type(page).body.field.stream_block.to_python(raw)


def play(*, now: dt.datetime, say: Say) -> None:
    """Everything, in the order in which it came about."""
    scenes = Play(now=now, say=say)
    for title, scene in (
        ("The A to Z", scenes.terms),
        ("Councils and suppliers", scenes.organisations),
        ("Members", scenes.members),
        ("Systems", scenes.systems),
        ("Projects", scenes.projects_shared),
        ("What waits for a council's yes", scenes.entries),
        ("What members suggest for the A to Z", scenes.term_proposals),
        ("What members tell of themselves", scenes.profiles),
        ("Papers, case studies, events", scenes.pages),
        ("Question time", scenes.questions),
        ("The bulletin", scenes.subscribers),
        ("Two past bulletins", scenes.bulletins),
        ("A complaint that waits", scenes.complaints),
    ):
        say(f"  {title} ...")
        scene()
