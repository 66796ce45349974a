"""The site map: one include per app."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.home.urls")),
    path("", include("portal.monitoring.urls")),
    path("", include("orders.purchasing.urls")),
    path("", include("orders.deadlines.urls")),
    path("", include("orders.bulk.urls")),
    path("", include("orders.links.urls")),
    path("decide/", include("orders.decisions.urls")),
    path("", include("orders.sheets.urls")),
    path("", include("orders.grid.urls")),
    path("", include("orders.documents.urls")),
    path("keys/", include("orders.decisions.key_urls")),
    path("policies/", include("portal.policies.urls")),
    path("integration/drift/", include("portal.drift.urls")),
    path("integration/", include("portal.integration.urls")),
    path("alerts/", include("suppliers.alerts.urls")),
    path("people/", include("suppliers.people.urls")),
    path("hours/", include("suppliers.calendars.urls")),
    path("me/", include("suppliers.inbox.urls")),
    path("messages/", include("suppliers.threads.urls")),
    path("mail/", include("suppliers.notices.urls")),
    path("accounts/", include("suppliers.people.account_urls")),
    path("hooks/", include("integrations.webhooks.urls")),
    path("admin/", admin.site.urls),
]

handler403 = "portal.home.errors.forbidden"
handler404 = "portal.home.errors.not_found"
handler500 = "portal.home.errors.broken"
