"""Addresses of what is done to many lines at once."""

from django.urls import path

from orders.bulk import views

app_name = "bulk"

urlpatterns = [
    path("orders/bulk/", views.draw_up, name="draw_up"),
    path("orders/bulk/count/", views.count, name="count"),
    path("orders/jobs/", views.jobs, name="jobs"),
    path("orders/jobs/<int:pk>/", views.job, name="job"),
    path("orders/jobs/<int:pk>/send/", views.send, name="send"),
    path("orders/jobs/<int:pk>/drop/", views.drop, name="drop"),
    path("orders/jobs/<int:pk>.csv", views.job_csv, name="csv"),
]
