"""Every address that is read, in both worlds: those of the matrix, and what can be asked of each beyond its bare path."""

from __future__ import annotations

from urllib.parse import quote_plus

from tests.whole_site import matrix, routes
from tests.whole_site.matrix import Request
from tests.whole_site.two_worlds.crawl import BY_SCRIPT
from tests.whole_site.world import World

CANDIDATE, TERM = "concept=quillwort-candidate", "concept=shared-term"

# Pages, filters and orders. Filters can be asked for what is hidden, and must not know it.
VARIANTS: dict[str, tuple[str, ...]] = {
    "/": ("?page=2",),
    "/briefing-papers/": ("?page=2", "?page=99"),
    "/case-studies/": ("?page=2", "?council=thornby", "?council=ambleford", "?term=shared-term", "?term=quillwort-candidate"),
    "/events/": ("?page=2",),
    "/a-z/": (
        "q/",
        "c/",
        "0-9/",
        "tree/quillwort-candidate/",
        "changes/?term=quillwort-candidate",
        "changes/?page=2",
        "changes/?followed",
    ),
    "/a-z/suggest/": ("?q=quillwort", "?q=quil", "?q=wanted"),
    "/a-z/suggest/alike/": ("?q=quillwort", "?q=quillwort+wanted", "?q=quillwort+candidate"),
    "/a-z/proposals/": ("?show=decided", "?show=mine", "?kind=new", "?page=2"),
    "/a-z/feedback/": ("?place=term&found=no&term=quillwort-candidate", "?place=tree&found=yes"),
    "/id/council-crm/": ("?format=ttl", "?format=json", "?format=doc"),
    "/a-z/rest/v1/": (
        *(
            "search?query=quillwort*",
            "search?query=*word*",
            "council-crm/search?query=q*",
            "council-crm/lookup?label=quillwort+candidate",
        ),
        *("council-crm/index/q", "council-crm/topConcepts", "council-crm/modified", "council-crm/vocabularyStatistics"),
        *("council-crm/search?query=*&maxhits=1", "council-crm/search?query=*term*&offset=1"),
    ),
    "/a-z/download/": ("council-crm.rdf", "council-crm.nt", "council-crm.json"),
    "/a-z/releases/": ("?page=2", "council-crm/quillwort-2/file.ttl", "council-crm/1.0/compare/quillwort-2/"),
    "/question-time/": ("?page=2", "?page=99", "?show=accepted", "?system=system-1", f"?{TERM}", f"?{CANDIDATE}"),
    "/question-time/unanswered/": ("?page=2", f"?{TERM}", f"?{CANDIDATE}", "?kind=district"),
    "/question-time/list/wanted/": ("?page=2", f"?{TERM}", f"?{CANDIDATE}"),
    "/question-time/list/accepted/": ("?page=2", f"?{TERM}"),
    "/question-time/feeds/": tuple(f"{key}.atom" for key in ("unanswered", "wanted", "accepted")),
    "/question-time/mention/": ("?q=rose", "?q=quillwort", "?q=qu", "?q=a"),
    "/share/councils/": ("?page=2", "?on_record=on", "?q=thornby", "?q=quillwort", "?tier=district", "?nation=England"),
    "/share/systems/": (
        *("?page=2", "?sort=councils", "?sort=newest", "?status=live", "?status=retired", "?supplier=acme-systems"),
        *(f"?{TERM}", f"?{CANDIDATE}", "?q=shared", "?q=quillwort"),
    ),
    "/share/names/": tuple(f"{kind}/?q={text}" for kind in ("councils", "projects", "systems") for text in ("quillwort", "s", "t")),
    "/share/systems.csv": ("?sort=councils", "?status=live", f"?{CANDIDATE}"),
    "/share/systems/system-1/": ("?page=2",),
    "/share/projects/": ("?page=2", "?seeking=partner", "?phase=idea", f"?{TERM}", f"?{CANDIDATE}"),
    "/members/": (
        *("?page=2", "?page=99", "?sort=newest", "?q=rose", "?q=quillwort", "?q=keeper", "?council=westmere", "?council=thornby"),
        *("?tier=district", "?system=system-1", "?system=system-2", f"?{TERM}", f"?{CANDIDATE}"),
    ),
    "/members.csv": ("?q=quillwort", "?system=system-1", f"?{TERM}"),
    "/account/notifications/": ("?page=2", "settings/?unfollowed=term:none"),
    "/share/proposals/": ("?show=sent", "?page=2", "?show=sent&page=2"),
    "/bulletin/": ("?page=2",),
    "/search/": (
        *("?q=quillwort", "?q=quilwort", "?q=quillwort+shared", '?q="shared+words"', "?q=shared", "?q=shared&page=2"),
        *("?q=words+question", "?q=thornby", "?q=quillwort+candidate", "?q=shraed"),
        *(f"?q=shared&kind={kind}" for kind in ("paper", "case-study", "event", "question", "project", "system", "page", "term")),
        *(f"?{TERM}", f"?{TERM}&page=2", f"?{TERM}&kind=project", f"?q=shared&{TERM}", f"?{CANDIDATE}"),
    ),
}
# Public lists and counts, in which what has gone could still show.
GATHERED = (
    *(
        "/",
        "/briefing-papers/",
        "/case-studies/",
        "/events/",
        "/events.ics",
        "/sitemap.xml",
        "/a-z/",
        "/a-z/q/",
        "/a-z/shared-term/",
    ),
    *("/question-time/", "/question-time/?page=2", "/question-time/unanswered/", "/question-time/?show=accepted"),
    *("/share/", "/share/councils/westmere/", "/share/systems/", "/share/systems/?sort=councils", "/share/systems.csv"),
    *("/share/systems/system-1/", "/share/systems/system-2/", "/share/systems/system-3/", "/share/projects/", "/bulletin/1/"),
    *(
        "/search/?q=shared",
        "/search/?q=shared&page=2",
        "/search/?q=quillwort",
        "/search/?q=quilwort",
        "/search/?concept=shared-term",
    ),
    *("/search/?q=words+question", "/search/?q=passing", "/search/?q=westmere", "/search/?concept=quillwort-term"),
)
# The lists that only members have.
AMONG_MEMBERS = (
    *("/question-time/mention/?q=quillwort", "/question-time/drafts/"),
    *("/members/", "/members/?page=2", "/members/?q=quillwort", "/members/?concept=shared-term", "/members.csv"),
    *("/share/systems/system-2/", "/share/councils/thornby/", "/question-time/?page=2"),
)
# Made of what was to be had on its day, and that had these things: what it says of others is no news of them.
# The feed names what stands in that issue.
HISTORY = {"/bulletin/2/", "/bulletin/feed/"}
# What somebody types as their question, word for word what is secret, or near it.
TYPED = (
    *("quillwort", "Quillwort among members", "Quillwort hidden among members", "quillwort withdrawn", "quillwort soon closed"),
    *("Quillwort term", "quillwort candidate", "Question one", "Shared words", "Shared words of quillwort", "System 1"),
)
# Routes that nobody opens: a button stands on another page.
ONLY_PRESSED = {
    "question-time/unnamed/<str:public_id>/withdraw/",
    "question-time/drafts/save/",
    "question-time/drafts/<str:public_id>/delete/",
    "question-time/attachments/<str:public_id>/take-away/",
    "search/similar/",
    "search/similar/opened/",
    "search/similar/answered/",
    "share/systems/<slug:slug>/ask-me/",
    "share/systems/<slug:slug>/follow/",
    "share/systems/<slug:slug>/unfollow/",
    "account/notifications/<slug:public_id>/read/",
    "account/notifications/read/",
    "account/notifications/mute/",
    "account/notifications/unmute/",
    "account/notifications/follow/",
    "account/notifications/unfollow/",
    "share/systems/<slug:slug>/no-longer-ask-me/",
    "account/council/<slug:public_id>/send-link/",
    "members/belonging/<slug:public_id>/still-here/",
    "-/markdown-preview/",
    "question-time/preview/",
    "a-z/propose/word/",
    "a-z/<slug:slug>/follow/",
    "a-z/<slug:slug>/unfollow/",
    "a-z/proposals/<slug:public_id>/support/",
    "a-z/proposals/<slug:public_id>/unsupport/",
    "a-z/proposals/<slug:public_id>/comment/",
    "question-time/answers/<str:public_id>/unaccept/",
    "desk/<slug:tray>/<slug:key>/claim/",
    "desk/<slug:tray>/<slug:key>/let-go/",
    "desk/decided/<slug:public_id>/undo/",
    "question-time/<str:public_id>/unhide/",
    "question-time/<str:public_id>/reopen/",
    "question-time/<str:public_id>/read/",
    "question-time/read/",
    "question-time/feeds/make/",
    "question-time/feeds/revoke/",
    "question-time/answers/<str:public_id>/not-worked/",
    "question-time/answers/<str:public_id>/worked-with/",
    "question-time/answers/<str:public_id>/still-good/",
    "question-time/answers/<str:public_id>/worked/",
    "question-time/answers/<str:public_id>/out-of-date/",
    "question-time/comments/<str:public_id>/unhide/",
    "question-time/review/<str:kind>/<str:public_id>/approve/",
    "question-time/review/<str:kind>/<str:public_id>/reconsider/",
    "question-time/wordings/<str:public_id>/hide/",
    "question-time/wordings/<str:public_id>/unhide/",
    "bulletin/compose/<str:public_id>/back-to-draft/",
    "bulletin/unsubscribe/<str:token>/come-back/",
    "bulletin/compose/<str:public_id>/pause/",
    "bulletin/compose/<str:public_id>/resume/",
    "bulletin/compose/<str:public_id>/uncertain/",
    "a-z/releases/<slug:slug>/<str:number>/comment/",
    "a-z/releases/<slug:slug>/<str:number>/release/",
}
# Routes that lead only to things each role has of its own; the matrix tries them.
NOT_READ = {"question-time/answers/<str:public_id>/edit/", "question-time/answers/<str:public_id>/withdraw/"}
NOT_READ |= {"question-time/comments/<str:public_id>/edit/", "question-time/comments/<str:public_id>/withdraw/"}
OWN_THINGS = {
    "own_help",
    "own_proposal",
    "own_question",
    "own_answer",
    "own_comment",
    "own_hidden",
    "answer_to_own",
    "own_draft",
    "own_user",
    "own_news",
}


def read_lines() -> list[Request]:
    """What the matrix has to read, but for the admin and for things that each role has of its own."""
    return [
        line
        for line in matrix.requests()
        if line.method == "GET" and not routes.is_admin(line.address) and not line.names & OWN_THINGS
    ]


def addresses(world: World) -> list[tuple[str, str]]:
    """(method, address), each once. `world` has to have every secret, or its addresses would be missing."""
    found = [("GET", line.address_for(world, "anonymous")) for line in read_lines()]
    found += [("GET", path + variant) for path, variants in VARIANTS.items() for variant in variants]
    found += [("GET", address) for address in _beside_the_page(world)]
    found += [(method, world[name].url) for name in ("members_paper", "draft_paper") for method in ("HEAD", "OPTIONS", "POST")]
    return list(dict.fromkeys(found))


def typed() -> dict[str, dict[str, str]]:
    """The form by address, one address for each text: the list beside a question that is being written."""
    in_titles = {f"{BY_SCRIPT}title={quote_plus(text)}": {"title": text} for text in TYPED}
    return in_titles | {f"{BY_SCRIPT}body={quote_plus(text)}": {"title": "Words", "body": text} for text in TYPED[:2]}


def buttons(world: World) -> list[tuple[Request, str]]:
    """Forms and buttons at the address of a secret: pressed by whoever may not see it."""
    return [
        (line, line.address_for(world, "anonymous"))
        for line in matrix.requests()
        if line.method == "POST"
        and not routes.is_admin(line.address)
        and line.names & world.secrets
        and not line.names & OWN_THINGS
    ]


def _beside_the_page(world: World) -> list[str]:
    """Guesses near the address of a secret: without its slug's end, below it, and without the slash."""
    page, question, project = world["members_paper"].url, world["hidden_question"], world["members_project"]
    return [
        page.rstrip("/"),
        f"{page}below/",
        page[:-3] + "/",
        f"/question-time/{question.public_id}/another-slug/",
        f"/share/projects/{project.public_id}/another-slug/",
        f"/documents/{world['members_document'].public_id}/other.csv",
        "/briefing-papers/quillwort-after/",
        f"/question-time/attachments/{world['members_file'].public_id}/other.csv",
    ]


# --- Things that go ---------------------------------------------------------------------------------


def gathered(world: World) -> list[str]:
    """Every public address of the matrix, and the lists, without what is history."""
    public = [line.address_for(world, "anonymous") for line in read_lines() if line.names <= set(world.things)]
    return [address for address in dict.fromkeys([*GATHERED, *public]) if address not in HISTORY]


def passing_addresses(world: World) -> list[str]:
    """Their own, questions' and projects' by both."""
    pages = ["passing_section", "passing_below", "restricted", "unpublished", "deleted", "moved", "passing_study", "passing_event"]
    urls = [world[name].url for name in pages]
    for name in ("passing_hidden", "passing_withdrawn"):
        urls += [world[name].get_absolute_url(), f"/question-time/{world[name].public_id}/"]
    urls += [f"/question-time/answers/{world[name].public_id}/" for name in ("passing_answer", "passing_accepted")]
    project, event, term = world["passing_project"], world["passing_event"], world["passing_term"]
    urls += [project.get_absolute_url(), f"/share/projects/{project.public_id}/", f"/events/{event.slug}.ics"]
    return [*urls, world["passing_document"].url, world["passing_file"].get_absolute_url(), term.get_absolute_url()]
