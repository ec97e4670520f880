"""Where the names in posts lead whoever reads them, and how a text will look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from forum import mentions
from forum.models import Answer, Comment, Mention, Question
from hub.core.audience import Viewer, reads_members_content
from hub.core.markdown import render
from hub.members.directory import addresses_of, known_by_name


def lead_to_people(viewer: Viewer, posts: Sequence[Question | Answer | Comment]) -> None:
    """To their authors, and to whomever they name: members, while these have a page. At most two queries, and none for others."""
    keys = defaultdict(list)
    for post in posts:
        if mentions.names_somebody(post.body_html):
            keys[str(post._meta.model_name)].append(post.pk)
    named: dict[str, int] = {}
    if keys and reads_members_content(viewer):
        named = dict(Mention.objects.of(keys).values_list("public_id", "person_id"))
    pages = addresses_of(viewer, [*(post.author_id for post in posts), *named.values()])
    urls = {public_id: pages[person] for public_id, person in named.items() if person in pages}
    for post in posts:
        post.author_url = pages.get(post.author_id or 0, "")
        post.mention_urls = urls


def preview(viewer: Viewer, source: str) -> str:
    """As whoever types it will see it once it is posted."""
    html = render(source)
    known = known_by_name(viewer, mentions.names_in(html))
    pages = addresses_of(viewer, known.values())
    numbers = {name: str(number) for number, name in enumerate(mentions.met(html, known))}
    return mentions.linked(mentions.marked(html, numbers), {number: pages.get(known[name], "") for name, number in numbers.items()})
