"""Pictures of what the store holds: the only place that draws."""
