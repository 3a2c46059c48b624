"""How each recipe is built, a file a family; `baselines.models` is the list of them all."""
