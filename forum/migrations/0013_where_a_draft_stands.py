from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

FORMS = [
    ("ask", "A question"),
    ("ask_for", "A question for somebody"),
    ("answer", "Answer to"),
    ("comment_on_question", "Comment on"),
    ("comment_on_answer", "Comment on an answer to"),
    ("edit_question", "Change to"),
    ("edit_answer", "Change to your answer to"),
    ("edit_comment", "Change to your comment on"),
]


def name_answers(apps: Any, schema_editor: Any) -> None:
    """What had a question was an answer to it."""
    questions = apps.get_model("forum", "Question").objects.filter(pk=OuterRef("question"))
    drafts = apps.get_model("forum", "Draft").objects.filter(question__isnull=False)
    drafts.update(form="answer", post_id=Subquery(questions.values("public_id")))


class Migration(migrations.Migration):
    dependencies = [("forum", "0012_asker_of_which_question")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="form",
            field=models.CharField(choices=FORMS, default="ask", max_length=20),
        ),
        migrations.AddField(model_name="draft", name="post_id", field=models.CharField(blank=True, max_length=20)),
        migrations.RunPython(name_answers, migrations.RunPython.noop, elidable=True),
    ]
