from __future__ import annotations

from django.urls import path

from hub.desk.views import deciding, health, pages, reporting

app_name = "desk"
urlpatterns = [
    path("report/", reporting.report, name="report_any"),
    path("report/thanks/", reporting.thanks, name="thanks"),
    path("report/received/<slug:public_id>/", reporting.received, name="received"),
    path("report/<slug:kind>/<path:key>/", reporting.report, name="report"),
    path("desk/", deciding.queue, name="queue"),
    path("desk/health/", health.community, name="health"),
    path("desk/health.csv", health.export, name="health_export"),
    path("desk/page/<slug:public_id>/", pages.make, name="make_page"),
    path("desk/decided/", deciding.log, name="log"),
    path("desk/decided/<slug:public_id>/undo/", deciding.undo, name="undo"),
    path("desk/<slug:tray>/<slug:key>/", deciding.item, name="item"),
    path("desk/<slug:tray>/<slug:key>/claim/", deciding.claim, name="claim"),
    path("desk/<slug:tray>/<slug:key>/let-go/", deciding.let_go, name="let_go"),
]
