from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bulletin", "0004_composing"),
    ]

    operations = [
        migrations.AddField(
            model_name="bulletinedition",
            name="topic_labels",
            field=models.JSONField(default=list, help_text="Its topics, by the names they had when it was written."),
        ),
    ]
