"""Read what a run has stored and say what it shows: contrasts, survival, figures, report.

Nothing here imports the model, and only :mod:`analysis.figures` draws.
"""
