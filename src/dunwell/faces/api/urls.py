"""The API under /api/v1/ and its OpenAPI description at /api/v1/openapi.json."""

from __future__ import annotations

from django.urls import path
from ninja import NinjaAPI

from dunwell import __version__
from dunwell.faces.api.auth import Session, Token
from dunwell.faces.api.errors import install, not_there
from dunwell.faces.api.messages import router as messages_router
from dunwell.faces.api.permits import router
from dunwell.faces.api.work import router as work_router

api = NinjaAPI(
    title="Dunwell",
    version=__version__,
    description="No contact without a permit. Guide: docs/en/api.md",
    docs_url=None,
    auth=[Token(), Session()],
    urls_namespace="api",
)
install(api)
api.add_router("", router)
api.add_router("", work_router)
api.add_router("", messages_router)

urlpatterns = [path("", api.urls), path("<path:rest>", not_there, name="not_there")]
