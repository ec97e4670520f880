from __future__ import annotations

from django.urls import path

from hub.members.views import account, approving, complaints, directory, joining, offices, privacy, profile

app_name = "members"
urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/profile/", profile.profile, name="profile"),
    path("account/profile/photo/", profile.photo, name="photo_form"),
    path("account/profile/photo/remove/", profile.photo_remove, name="photo_remove"),
    path("account/council/", joining.council, name="council"),
    path("account/council/ask/", joining.ask, name="ask_to_join"),
    path("account/council/supplier/", joining.supplier, name="join_supplier"),
    path("account/council/supplier/<slug:public_id>/withdraw/", joining.withdraw_claim, name="withdraw_claim"),
    path("account/council/<slug:public_id>/leave/", joining.leave, name="leave"),
    path("account/council/<slug:public_id>/send-link/", joining.send_link, name="send_link"),
    path("account/council/still-here/<str:token>/", joining.still_here, name="still_here"),
    path("account/privacy/", privacy.your_data, name="your_data"),
    path("account/privacy/download/", privacy.download, name="download"),
    path("account/privacy/agreement/", privacy.agreement, name="agreement"),
    path("account/close/", privacy.close, name="close"),
    path("account/closed/", privacy.closed, name="closed"),
    path("complaints/", complaints.complain, name="complain"),
    path("complaints/<slug:public_id>/", complaints.received, name="complaint_received"),
    path("members/complaints/", complaints.complaint_list, name="complaint_list"),
    path("members/complaints/<slug:public_id>/", complaints.answer, name="complaint_answer"),
    path("members/waiting/", approving.waiting, name="waiting"),
    path("members/waiting/<slug:public_id>/approve/", approving.approve, name="approve"),
    path("members/waiting/<slug:public_id>/decline/", approving.decline, name="decline"),
    path("members/waiting/supplier/<slug:public_id>/", approving.claim, name="claim"),
    path("members/councils/", approving.looked_after, name="looked_after"),
    path("members/councils/<slug:slug>/", approving.people_of, name="people_of"),
    path("members/belonging/<slug:public_id>/end/", approving.end, name="end_membership"),
    path("members/belonging/<slug:public_id>/lead/", approving.appoint, name="appoint_lead"),
    path("members/belonging/<slug:public_id>/step-down/", approving.step_down, name="step_down"),
    path("members/belonging/<slug:public_id>/still-here/", approving.still_here, name="still_works_here"),
    path("members/suspended/", offices.suspensions, name="suspensions"),
    path("members/<slug:public_id>/suspend/", offices.suspend, name="suspend"),
    path("members/<slug:public_id>/lift/", offices.lift, name="lift"),
    path("members/<slug:public_id>/roles/", offices.roles, name="roles"),
    path("members/<slug:public_id>/roles/<slug:role>/end/", offices.end_role, name="end_role"),
    path("members/", directory.people, name="people"),
    path("members.csv", directory.people_export, name="people_export"),
    path("members/<slug:public_id>/photo/<str:name>", directory.photo, name="photo"),
    # The last one: it would take the words of the others for somebody's id.
    path("members/<slug:public_id>/", directory.person, name="person"),
]
