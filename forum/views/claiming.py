"""Posts from before the hub: whoever wrote one says so."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from forum import actions, queries
from forum.views.doors import crumbs, signed_in
from hub.core.http import MemberRequest
from hub.members.belonging import confirmed_addresses


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def claim(request: MemberRequest) -> HttpResponse:
    """Only what stands there can be chosen, so another's post is no different from one that does not exist."""
    posts = queries.posts_to_claim(request.user)
    shown = posts[: queries.MOST_TO_CLAIM]
    if request.method == "POST":
        chosen = [post for post in shown if post.public_id in request.POST.getlist("post")]
        addresses = confirmed_addresses(request.user)
        number = actions.claim(posts=chosen, addresses=addresses, by=request.user, now=timezone.now())
        if not number:
            messages.info(request, "Choose the posts that are yours.")
        else:
            messages.success(request, "That post is yours now." if number == 1 else f"Those {number} posts are yours now.")
        return redirect("forum:claim")
    context = {"posts": shown, "left": len(posts) - len(shown), "crumbs": crumbs(("Posts from before the hub", ""))}
    return render(request, "forum/claim.html", context)
