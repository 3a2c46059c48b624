"""From current annotations to published datasets."""
