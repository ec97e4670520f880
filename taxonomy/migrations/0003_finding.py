import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("taxonomy", "0002_developing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "place",
                    models.CharField(
                        choices=[("a-z", "The A to Z"), ("letter", "A letter"), ("tree", "The tree"), ("term", "A term")],
                        max_length=6,
                    ),
                ),
                ("found", models.BooleanField()),
                ("words", models.CharField(blank=True, max_length=120, verbose_name="what they looked for")),
                ("given_on", models.DateField()),
                (
                    "concept",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="feedback",
                        to="taxonomy.concept",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer",
                "indexes": [models.Index(fields=["found", "given_on"], name="taxonomy_feedback_found")],
            },
        ),
        migrations.CreateModel(
            name="Follow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("followed_at", models.DateTimeField()),
                (
                    "concept",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="follows", to="taxonomy.concept"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="followed_terms", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "concept"), name="taxonomy_follow_once")],
            },
        ),
        migrations.CreateModel(
            name="LookupCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("opened", "Opened"), ("missed", "Searched, and no term is called so")], max_length=6
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=120)),
                ("month", models.DateField(help_text="Its first day.")),
                ("number", models.PositiveIntegerField(default=0)),
                (
                    "concept",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lookups",
                        to="taxonomy.concept",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "opened")), fields=("concept", "month"), name="taxonomy_lookup_opened_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "missed")), fields=("words", "month"), name="taxonomy_lookup_missed_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("concept__isnull", False), ("kind", "opened"), ("words", "")),
                            models.Q(("concept", None), ("kind", "missed"), models.Q(("words", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="taxonomy_lookup_says_what",
                    ),
                ],
            },
        ),
    ]
