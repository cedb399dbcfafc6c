"""Back-testing: places, trials and what must hold, each prediction beside what was observed."""
