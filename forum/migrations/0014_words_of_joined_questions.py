from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("forum", "0013_where_a_draft_stands")]

    operations = [
        migrations.AddField(
            model_name="question",
            name="status_apart",
            field=models.CharField(
                choices=[
                    ("held", "Waits for a facilitator"),
                    ("open", "Open"),
                    ("hidden", "Hidden by a facilitator"),
                    ("withdrawn", "Withdrawn by its author"),
                    ("declined", "Not posted: a facilitator said no"),
                    ("merged", "Joined to another question"),
                ],
                default="open",
                editable=False,
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                name="forum_question_apart_where_joined",
                condition=Q(status_apart="open") | Q(status="merged", status_apart__in=["hidden", "withdrawn"]),
            ),
        ),
    ]
