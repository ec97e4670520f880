"""Everything under /a-z/."""

from __future__ import annotations

from django.urls import path, re_path

from taxonomy.views import developing, finding, linked_data, reading, releases, skosmos

app_name = "taxonomy"
urlpatterns = [
    path("", reading.a_z, name="a_z"),
    re_path(r"^(?P<letter>[a-zA-Z]|0-9)/$", reading.letter, name="letter"),
    path("all/", reading.everything, name="everything"),
    path("tree/", reading.whole_tree, name="tree"),
    path("tree/<slug:slug>/", reading.branch, name="branch"),
    path("changes/", reading.changes, name="changes"),
    path("changes/<slug:public_id>/undo/", developing.undo, name="undo"),
    path("suggest/", finding.suggestions, name="suggestions"),
    path("suggest/alike/", finding.alike, name="alike"),
    path("feedback/", finding.feedback, name="feedback"),
    path("propose/", developing.propose, name="propose"),
    path("propose/word/", developing.propose_word, name="propose_word"),
    path("proposals/", developing.proposal_list, name="proposal_list"),
    path("proposals/<slug:public_id>/", developing.proposal, name="proposal"),
    path("proposals/<slug:public_id>/support/", developing.support, name="support"),
    path("proposals/<slug:public_id>/unsupport/", developing.unsupport, name="unsupport"),
    path("proposals/<slug:public_id>/comment/", developing.comment, name="comment"),
    path("proposals/<slug:public_id>/withdraw/", developing.withdraw, name="withdraw"),
    path("proposals/<slug:public_id>/decide/", developing.decide, name="decide"),
    path("download/", linked_data.downloads, name="downloads"),
    re_path(r"^download/(?P<slug>[\w-]+)\.(?P<suffix>[a-z.]+)$", linked_data.download, name="download"),
    re_path(r"^data/(?P<slug>[\w-]+)/(?P<public_id>\w+)\.(?P<suffix>[a-z]+)$", linked_data.document, name="document"),
    path("releases/", releases.release_list, name="release_list"),
    path("releases/new/", releases.add, name="release_add"),
    path("releases/<slug:slug>/<str:number>/", releases.release, name="release"),
    path("releases/<slug:slug>/<str:number>/file.ttl", releases.release_file, name="release_file"),
    path("releases/<slug:slug>/<str:number>/comment/", releases.open_for_comment, name="release_comment"),
    path("releases/<slug:slug>/<str:number>/release/", releases.freeze, name="release_freeze"),
    path("releases/<slug:slug>/<str:number>/compare/<str:other>/", releases.compare, name="release_compare"),
    # The paths of the Skosmos REST API, which end in no slash.
    path("rest/v1/vocabularies", skosmos.vocabularies, name="rest_vocabularies"),
    path("rest/v1/search", skosmos.search, name="rest_search_all"),
    path("rest/v1/<slug:slug>/", skosmos.of_a_scheme, name="rest_about"),
    path("rest/v1/<slug:slug>/search", skosmos.search, name="rest_search"),
    path("rest/v1/<slug:slug>/lookup", skosmos.lookup, name="rest_lookup"),
    path("rest/v1/<slug:slug>/label", skosmos.label, name="rest_label"),
    path("rest/v1/<slug:slug>/data", skosmos.data, name="rest_data"),
    path("rest/v1/<slug:slug>/groupMembers", skosmos.group_members, name="rest_group_members"),
    path("rest/v1/<slug:slug>/index/<str:letter>", skosmos.under_letter, name="rest_letter"),
    re_path(r"^rest/v1/(?P<slug>[\w-]+)/(?P<what>new|modified)$", skosmos.latest, name="rest_latest"),
    re_path(
        r"^rest/v1/(?P<slug>[\w-]+)/(?P<what>topConcepts|index|groups|vocabularyStatistics)$", skosmos.of_a_scheme, name="rest_list"
    ),
    re_path(
        r"^rest/v1/(?P<slug>[\w-]+)/(?P<what>broader|narrower|related|children|hierarchy|broaderTransitive|narrowerTransitive|mappings)$",
        skosmos.of_a_concept,
        name="rest_concept",
    ),
    path("<slug:slug>/", reading.concept, name="concept"),
    path("<slug:slug>/suggest/", developing.suggest_change, name="suggest_change"),
    path("<slug:slug>/follow/", finding.follow, name="follow"),
    path("<slug:slug>/unfollow/", finding.unfollow, name="unfollow"),
]
