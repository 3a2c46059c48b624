"""What the pages of other packages may use.

A package brings a `flask.Blueprint` by the entry point `standpoint.blueprints`; its templates extend
`base.html`, include `_curating.html` and stand in the blueprint's own `template_folder`. The session of the
request is `g.session`, the project of `/projects/<slug>` that `requires` found is `g.project`. Blueprints
are imported when the web process starts: datasets, scikit-learn, pandas and matplotlib stay out of them.
"""

from annotator.domain import Role
from annotator.errors import NotFound, StandpointError
from annotator.http.session import requires

__all__ = ["NotFound", "Role", "StandpointError", "requires"]
