"""Which words speak for a label and which against it, in a text that a model has labelled."""
