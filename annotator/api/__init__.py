"""JSON under /api/v1: everything that a page does."""

from annotator.api import annotations, openapi, projects, queue

BLUEPRINTS = (openapi.bp, projects.bp, queue.bp, annotations.bp)
