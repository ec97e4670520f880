"""Sections are for everybody; what subscribers choose between are topics, and they narrow only what is new to read.

Everybody who takes the bulletin goes on taking it. There were no topics to choose between, so they begin with everything new,
as the next issue's footer says where to change that. Issues that went out keep their editions under the old names.
"""

import django.db.models.deletion
from django.db import migrations, models

import hub.public_ids


class Migration(migrations.Migration):
    dependencies = [
        ("bulletin", "0001_initial"),
        ("taxonomy", "0004_skos"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulletinTopic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    hub.public_ids.PublicIdField(
                        default=hub.public_ids.new_public_id, editable=False, max_length=10, unique=True
                    ),
                ),
                ("slot", models.PositiveSmallIntegerField(unique=True)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "concept",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="taxonomy.concept"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("slot__lt", 8)), name="bulletin_topic_eight_at_most")
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="subscriber", name="bulletin_subscriber_some_topic"),
        migrations.RemoveField(model_name="subscriber", name="wants_events"),
        migrations.RemoveField(model_name="subscriber", name="wants_content"),
        migrations.RemoveField(model_name="subscriber", name="wants_questions"),
        migrations.AddField(
            model_name="subscriber",
            name="topic_key",
            field=models.PositiveSmallIntegerField(default=0, help_text="The chosen topics, as bits; 0: everything new."),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.CheckConstraint(
                condition=models.Q(("topic_key__lt", 256)), name="bulletin_subscriber_topics_known"
            ),
        ),
        migrations.AddIndex(
            model_name="subscriber",
            index=models.Index(fields=["state", "topic_key"], name="bulletin_subscriber_topics"),
        ),
        migrations.AddField(
            model_name="bulletinitem",
            name="topic_key",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="The topics it belongs to, as bits; 0: it goes to everybody."
            ),
        ),
        migrations.RemoveConstraint(model_name="bulletinedition", name="bulletin_edition_once_each"),
        migrations.RenameField(model_name="bulletinedition", old_name="topics", new_name="variant"),
        migrations.AlterField(
            model_name="bulletinedition",
            name="variant",
            field=models.CharField(help_text="Which of the issue's topics it holds.", max_length=40),
        ),
        migrations.AddConstraint(
            model_name="bulletinedition",
            constraint=models.UniqueConstraint(fields=("issue", "variant", "revision"), name="bulletin_edition_once_each"),
        ),
    ]
