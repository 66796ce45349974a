"""Addresses of policies."""

from django.urls import path

from portal.policies import answering_views, views

app_name = "policies"

urlpatterns = [
    path("", views.policy_list, name="list"),
    path("company/<int:company>/new/<slug:matter>/", views.new, name="new"),
    path("company/<int:company>/working-days/", views.calendar, name="calendar"),
    path("company/<int:company>/answering/", answering_views.answering, name="answering"),
    path("company/<int:company>/answering/set/", answering_views.set_terms, name="set_answering"),
    path("company/<int:company>/answering/end/", answering_views.end_terms, name="end_answering"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/end/", views.end, name="end"),
]
