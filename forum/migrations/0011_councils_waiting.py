from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import Case, Count, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce


def count(apps: Any, schema_editor: Any) -> None:
    """What `Question.objects.recount_waiting()` does since."""
    others = apps.get_model("forum", "Interest").objects.filter(question=OuterRef("pk"))
    others = others.exclude(council=Coalesce(OuterRef("council"), Value(0)))
    counted = others.order_by().values("question").annotate(count=Count("council", distinct=True)).values("count")
    apps.get_model("forum", "Question").objects.update(other_councils=Coalesce(Subquery(counted), 0))


class Migration(migrations.Migration):
    dependencies = [
        ("forum", "0010_found_among_thousands"),
        ("organisations", "0002_mail_domains"),
        ("stepshare", "0003_follows"),
        ("taxonomy", "0006_following_on"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="question",
            name="other_councils",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.RunPython(count, migrations.RunPython.noop, elidable=True),
        migrations.AddField(
            model_name="question",
            name="councils_waiting",
            field=models.GeneratedField(
                expression=F("other_councils") + Case(When(council=None, then=Value(0)), default=Value(1)),
                output_field=models.PositiveIntegerField(),
                db_persist=True,
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                fields=["status", "-councils_waiting", "asked_at", "public_id", "audience", "author", "closed_at"],
                name="forum_question_wanted",
            ),
        ),
    ]
