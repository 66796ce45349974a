"""Addresses of the reports of reconciliation."""

from django.urls import path

from portal.drift import views

app_name = "drift"

urlpatterns = [
    path("", views.runs, name="runs"),
    path("start/", views.start, name="start"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/differences.csv", views.run_csv, name="csv"),
    path("<int:pk>/repair/", views.repair, name="repair"),
]
