"""Gold that cross-validated models contradict: found here, settled by curators after an import."""
