"""Scikit-learn baselines that train on a release and say honestly how good they are."""
