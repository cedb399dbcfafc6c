"""How each parameter follows from its rows: one file for each paragraph of the Declaration."""
