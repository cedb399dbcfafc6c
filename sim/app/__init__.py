"""The outermost shell: command line, scenario guard, and what is printed."""
