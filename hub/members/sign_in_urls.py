"""Every address of signing in, under `/account/`. Names are allauth's, which it reverses itself; no address holds a key of the database."""

from __future__ import annotations

from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as app_views
from allauth.mfa.webauthn import views as passkey_views
from allauth.socialaccount import views as social_views
from allauth.socialaccount.providers.openid_connect import views as oidc_views
from django.urls import include, path

from hub.members.views import sign_in
from hub.members.views.sign_in import where_there_is_one

urlpatterns = [
    path("", include("allauth.account.urls")),
    path("login/passkey/", sign_in.LoginByPasskey.as_view(), name="mfa_login_webauthn"),
    path("login/second-step/", mfa_views.authenticate, name="mfa_authenticate"),
    path("reauthenticate/code/", mfa_views.reauthenticate, name="mfa_reauthenticate"),
    path("reauthenticate/passkey/", passkey_views.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("second-step/", sign_in.second_step, name="mfa_index"),
    path("authenticator-app/add/", app_views.activate_totp, name="mfa_activate_totp"),
    path("authenticator-app/remove/", sign_in.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("passkeys/", sign_in.passkeys, name="mfa_list_webauthn"),
    path("passkeys/add/", sign_in.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("passkeys/<slug:key>/name/", sign_in.NamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("passkeys/<slug:key>/remove/", sign_in.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("recovery-codes/", sign_in.recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", code_views.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes.txt", sign_in.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("sessions/", sign_in.sessions, name="usersessions_list"),
    path("council-sign-in/", where_there_is_one(social_views.connections), name="socialaccount_connections"),
    path("council-sign-in/join/", where_there_is_one(social_views.signup), name="socialaccount_signup"),
    path("council-sign-in/cancelled/", where_there_is_one(social_views.login_cancelled), name="socialaccount_login_cancelled"),
    path("council-sign-in/error/", where_there_is_one(social_views.login_error), name="socialaccount_login_error"),
    path("oidc/<slug:provider_id>/login/", where_there_is_one(oidc_views.login), name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", where_there_is_one(oidc_views.callback), name="openid_connect_callback"),
]
