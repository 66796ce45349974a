"""Addresses of the integration desk."""

from django.urls import path

from portal.integration import views

app_name = "integration"

urlpatterns = [
    path("", views.health, name="health"),
    path("connections/<int:pk>/calls/", views.calls, name="calls"),
    path("connections/<int:pk>/test/", views.test, name="test"),
    path("connections/<int:pk>/read/", views.read_orders, name="read"),
    path("connections/<int:pk>/pause/", views.pause, name="pause"),
    path("connections/<int:pk>/resume/", views.resume, name="resume"),
    path("exceptions/", views.exceptions, name="exceptions"),
    path("exceptions/act/", views.act, name="act"),
    path("exceptions/<int:pk>/", views.exception, name="exception"),
    path("exceptions/<int:pk>/act/", views.act_on_one, name="act_on_one"),
    path("exceptions/<int:pk>/change/", views.change, name="change"),
    path("exceptions/<int:pk>/approve/", views.approve, name="approve"),
    path("exceptions/<int:pk>/drop/", views.drop, name="drop"),
]
