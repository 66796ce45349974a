"""Addresses other systems call."""

from django.urls import path

from integrations.webhooks import views

app_name = "webhooks"
urlpatterns = [path("odoo/<str:secret>/", views.odoo, name="odoo")]
