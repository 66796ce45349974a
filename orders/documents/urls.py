"""Addresses of documents."""

from django.urls import path

from orders.documents import record_views, views

app_name = "documents"

urlpatterns = [
    path("orders/documents/", views.ask, name="ask"),
    path("orders/documents/<int:pk>/", views.zip_page, name="zip"),
    path("orders/documents/<int:pk>.zip", views.zip_file, name="zip_file"),
    path("orders/<int:pk>/documents/", views.documents, name="list"),
    path("orders/<int:pk>/documents/<int:revision>.pdf", views.pdf, name="pdf"),
    path("orders/<int:pk>/record/", record_views.newest, name="record"),
    path("orders/<int:pk>/record/<int:number>/", record_views.record, name="one_record"),
    path("orders/<int:pk>/record/<int:number>.pdf", record_views.pdf, name="record_pdf"),
    path("orders/<int:pk>/record/<int:number>.json", record_views.content, name="record_json"),
]
