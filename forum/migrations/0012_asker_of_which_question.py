from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce


def tell_of_which(apps: Any, schema_editor: Any) -> None:
    """Of the thread it was written in: its first event stands there, wherever it has been moved since."""
    events = apps.get_model("forum", "QuestionEvent").objects.order_by("pk")
    for name, about in (
        ("Answer", {"answer": OuterRef("pk"), "comment": None}),
        ("Comment", {"comment": OuterRef("pk")}),
    ):
        first = Subquery(events.filter(**about).values("question")[:1])
        apps.get_model("forum", name).objects.filter(by_asker=True).update(asker_of=Coalesce(first, F("question")))


def _asker_of() -> models.Field[Any, Any]:
    return models.ForeignKey(
        "forum.question",
        on_delete=django.db.models.deletion.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )


class Migration(migrations.Migration):
    dependencies = [("forum", "0011_councils_waiting")]

    operations = [
        migrations.AddField(model_name="answer", name="asker_of", field=_asker_of()),
        migrations.AddField(model_name="comment", name="asker_of", field=_asker_of()),
        migrations.RunPython(tell_of_which, migrations.RunPython.noop, elidable=True),
        migrations.RemoveIndex(model_name="answer", name="forum_answer_in_thread"),
        migrations.RemoveField(model_name="answer", name="by_asker"),
        migrations.RemoveField(model_name="comment", name="by_asker"),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                fields=["question", "status", "answered_at", "asker_of", "author"], name="forum_answer_in_thread"
            ),
        ),
    ]
