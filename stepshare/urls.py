"""Everything under /share/."""

from __future__ import annotations

from django.urls import path

from stepshare.views import directory, offers, proposals, record

app_name = "stepshare"
urlpatterns = [
    path("", directory.index, name="index"),
    path("my-council/", record.my_council, name="my_council"),
    path("councils/", directory.council_list, name="council_list"),
    path("councils/<slug:slug>/", directory.council, name="council"),
    path("councils/<slug:slug>/systems/add/", record.installation_add, name="installation_add"),
    path("councils/<slug:slug>/systems/new/", record.product_add, name="product_add"),
    path("councils/<slug:slug>/projects/add/", record.project_add, name="project_add"),
    path("installations/<slug:public_id>/change/", record.installation_change, name="installation_change"),
    path("installations/<slug:public_id>/confirm/", record.installation_confirm, name="installation_confirm"),
    path("installations/<slug:public_id>/retire/", record.installation_retire, name="installation_retire"),
    path("systems/", directory.system_list, name="system_list"),
    path("systems.csv", directory.system_export, name="system_export"),
    path("systems/<slug:slug>/", directory.system, name="system"),
    path("systems/<slug:slug>/suggest/", proposals.system_suggest, name="system_suggest"),
    path("systems/<slug:slug>/ask-me/", offers.offer, name="offer_to_be_asked"),
    path("systems/<slug:slug>/no-longer-ask-me/", offers.take_back, name="take_offer_back"),
    path("systems/<slug:slug>/follow/", offers.follow, name="follow"),
    path("systems/<slug:slug>/unfollow/", offers.unfollow, name="unfollow"),
    path("names/<str:kind>/", directory.completions, name="completions"),
    path("proposals/", proposals.proposal_list, name="proposal_list"),
    path("proposals/<slug:public_id>/", proposals.proposal, name="proposal"),
    path("proposals/<slug:public_id>/accept/", proposals.proposal_accept, name="proposal_accept"),
    path("proposals/<slug:public_id>/change/", proposals.proposal_change, name="proposal_change"),
    path("proposals/<slug:public_id>/decline/", proposals.proposal_decline, name="proposal_decline"),
    path("proposals/<slug:public_id>/reopen/", proposals.proposal_reopen, name="proposal_reopen"),
    path("proposals/<slug:public_id>/withdraw/", proposals.proposal_withdraw, name="proposal_withdraw"),
    path("projects/", directory.project_list, name="project_list"),
    path("projects/<slug:public_id>/", directory.project_by_id, name="project_by_id"),
    path("projects/<slug:public_id>/<slug:slug>/", directory.project, name="project"),
    path("projects/<slug:public_id>/<slug:slug>/change/", record.project_change, name="project_change"),
]
