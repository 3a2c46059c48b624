"""JSON under /api/v1: everything that a page does."""

from annotator.api import (
    adjudications,
    annotations,
    documents,
    guidelines,
    history,
    inquiries,
    jobs,
    leases,
    lines,
    me,
    openapi,
    precedents,
    preferences,
    projects,
    queue,
    scheme_events,
)

BLUEPRINTS = (
    openapi.bp,
    projects.bp,
    preferences.bp,
    queue.bp,
    leases.bp,
    lines.bp,
    me.bp,
    history.bp,
    documents.bp,
    annotations.bp,
    guidelines.bp,
    inquiries.bp,
    jobs.bp,
    precedents.bp,
    scheme_events.bp,
    adjudications.bp,
)
