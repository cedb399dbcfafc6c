"""What happens anyway: one process a file, named as in `sim.schedule`."""
