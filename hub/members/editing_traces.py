"""What somebody leaves in Wagtail's own tables by editing: which pages they wrote, what they changed, how their screens look.

Here because this room says who may edit (`policies`). Pages, versions and remarks stay, as what was written does
everywhere; they no longer say who it was.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import (
    APIToken,
    Comment,
    CommentReply,
    ModelLogEntry,
    Page,
    PageLogEntry,
    PageSubscription,
    Revision,
    TaskState,
    UploadedFile,
    WorkflowState,
)
from wagtail.users.models import UserProfile

from hub.accounts.models import User

_LOG = {
    **dict.fromkeys(["id", "content_type", "action", "timestamp", "uuid", "revision", "content_changed", "deleted"], "not"),
    **dict.fromkeys(["user", "label", "data"], "personal"),
}

THIRD_PARTY = {
    "wagtailcore.Page": {
        **dict.fromkeys(["id", "path", "depth", "numchild", "translation_key", "locale", "latest_revision", "live"], "not"),
        **dict.fromkeys(["has_unpublished_changes", "first_published_at", "last_published_at", "live_revision"], "not"),
        **dict.fromkeys(["go_live_at", "expire_at", "expired", "locked", "title", "draft_title", "slug", "content_type"], "not"),
        **dict.fromkeys(["url_path", "latest_revision_created_at", "alias_of", "show_in_menus", "seo_title"], "not"),
        "search_description": "not",
        **dict.fromkeys(["owner", "locked_by", "locked_at"], "personal"),
    },
    "wagtailcore.Revision": {
        **dict.fromkeys(["id", "content_type", "base_content_type", "object_id", "created_at", "object_str", "content"], "not"),
        "approved_go_live_at": "not",
        "user": "personal",
    },
    "wagtailcore.PageLogEntry": {**_LOG, "page": "not"},
    "wagtailcore.ModelLogEntry": {**_LOG, "object_id": "not"},
    "wagtailcore.Comment": {
        **dict.fromkeys(["id", "page", "contentpath", "position", "revision_created", "resolved_at"], "not"),
        **dict.fromkeys(["user", "text", "created_at", "updated_at", "resolved_by"], "personal"),
    },
    "wagtailcore.CommentReply": {
        **dict.fromkeys(["id", "comment"], "not"),
        **dict.fromkeys(["user", "text", "created_at", "updated_at"], "personal"),
    },
    "wagtailcore.PageSubscription": {
        **dict.fromkeys(["id", "page"], "not"),
        "user": "personal",
        "comment_notifications": "personal",
    },
    "wagtailcore.UploadedFile": {**dict.fromkeys(["id", "for_content_type", "file"], "not"), "uploaded_by_user": "personal"},
    "wagtailcore.WorkflowState": {
        **dict.fromkeys(["id", "content_type", "base_content_type", "object_id", "workflow", "status", "created_at"], "not"),
        "current_task_state": "not",
        "requested_by": "personal",
    },
    "wagtailcore.TaskState": {
        **dict.fromkeys(["id", "workflow_state", "revision", "task", "status", "started_at", "finished_at", "content_type"], "not"),
        **dict.fromkeys(["finished_by", "comment"], "personal"),
    },
    # Not mounted here; a token would die with its owner all the same.
    "wagtailcore.APIToken": {
        "id": "not",
        **dict.fromkeys(["user", "name", "key_hash", "prefix", "created", "revoked_at", "last_used_at"], "personal"),
    },
    "wagtailadmin.EditingSession": {
        **dict.fromkeys(["id", "content_type", "object_id"], "not"),
        **dict.fromkeys(["user", "last_seen_at", "is_editing"], "personal"),
    },
    "wagtailadmin.FormState": {
        **dict.fromkeys(["id", "content_type", "object_id", "parent_object_id"], "not"),
        **dict.fromkeys(["data", "user", "last_updated_at"], "personal"),
    },
    "wagtailusers.UserProfile": {
        "id": "not",
        **dict.fromkeys(["user", "submitted_notifications", "approved_notifications", "rejected_notifications"], "personal"),
        **dict.fromkeys(["updated_comments_notifications", "preferred_language", "current_time_zone", "avatar"], "personal"),
        **dict.fromkeys(["dismissibles", "theme", "contrast", "density", "keyboard_shortcuts"], "personal"),
    },
    # Wagtail's own, in whose place hub.media has ours: their tables stay empty.
    "wagtailimages.Image": {
        **dict.fromkeys(["id", "collection", "title", "file", "description", "width", "height", "created_at", "file_size"], "not"),
        **dict.fromkeys(["focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height", "file_hash"], "not"),
        "uploaded_by_user": "personal",
    },
    "wagtaildocs.Document": {
        **dict.fromkeys(["id", "collection", "title", "file", "created_at", "file_size", "file_hash"], "not"),
        "uploaded_by_user": "personal",
    },
}


def export(user: User) -> dict[str, Any]:
    """Settings of the editing screens are left out but for what tells of the person: their picture and time zone."""
    entries = [*PageLogEntry.objects.filter(user=user), *ModelLogEntry.objects.filter(user=user)]
    remarks = [*Comment.objects.filter(user=user), *CommentReply.objects.filter(user=user)]
    profile = UserProfile.objects.filter(user=user).first()
    data: dict[str, Any] = {
        "pages_started": [
            {"page": page.title, "at": page.first_published_at.isoformat() if page.first_published_at else None}
            for page in Page.objects.filter(owner=user).order_by("pk")
        ],
        "versions_saved": [
            {"page": revision.object_str, "at": revision.created_at.isoformat()}
            for revision in Revision.objects.filter(user=user).defer("content").order_by("created_at")
        ],
        "edits_logged": [
            {"what": entry.label, "action": entry.action, "at": entry.timestamp.isoformat()}
            for entry in sorted(entries, key=lambda entry: entry.timestamp)
        ],
        "remarks_on_drafts": [
            {"text": remark.text, "at": remark.created_at.isoformat()}
            for remark in sorted(remarks, key=lambda remark: remark.created_at)
        ],
        "decisions_on_drafts": [
            {"comment": state.comment, "at": state.finished_at.isoformat() if state.finished_at else None}
            for state in TaskState.objects.filter(finished_by=user).order_by("pk")
        ],
    }
    if profile is not None and (profile.current_time_zone or profile.avatar):
        data["editing_profile"] = {"time_zone": profile.current_time_zone, "has_a_picture": bool(profile.avatar)}
    return {kind: rows for kind, rows in data.items() if rows}


def holdings(user: User) -> list[tuple[str, str, bool]]:
    edits = PageLogEntry.objects.filter(user=user).count() + ModelLogEntry.objects.filter(user=user).count()
    if not edits:
        return []
    return [(f"{edits} edit{'' if edits == 1 else 's'} of pages and terms", "The pages stay. Who edited them goes.", True)]


def erase(user: User) -> None:
    """A log entry about the account itself is labelled with its name."""
    uploads = UploadedFile.objects.filter(uploaded_by_user=user)
    pictures = UserProfile.objects.filter(user=user).exclude(avatar="").exclude(avatar=None)
    for file in [*(upload.file for upload in uploads), *(profile.avatar for profile in pictures)]:
        transaction.on_commit(partial(file.storage.delete, str(file.name)))
    uploads.delete()
    for model in (UserProfile, EditingSession, FormState, PageSubscription, APIToken):
        model.objects.filter(user=user).delete()
    about = ModelLogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk))
    about.update(label="A former member", data={})
    for model in (PageLogEntry, ModelLogEntry, Revision):
        model.objects.filter(user=user).update(user=None)
    Page.objects.filter(owner=user).update(owner=None)
    Page.objects.filter(locked_by=user).update(locked_by=None, locked=False, locked_at=None)
    Comment.objects.filter(resolved_by=user).update(resolved_by=None)
    WorkflowState.objects.filter(requested_by=user).update(requested_by=None)
    TaskState.objects.filter(finished_by=user).update(finished_by=None)
