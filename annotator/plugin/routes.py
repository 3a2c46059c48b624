"""What the API routes of other packages may use.

A package brings its routes in a blueprint of the entry point `standpoint.blueprints`, under PREFIX. Each view
says by `describes` what it takes and gives, as pydantic models; so it stands in the OpenAPI with ours.
"""

from annotator.http.described import PREFIX, ZIP, describes
from annotator.http.etags import tagged

__all__ = ["PREFIX", "ZIP", "describes", "tagged"]
