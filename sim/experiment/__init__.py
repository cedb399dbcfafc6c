"""Running many: studies, cells, batches, engines and the store of results."""
