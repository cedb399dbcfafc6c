"""One reading of published rows: from what a row says to how it is measured on simulated people.

Calibration, the user's own data and validation all read rows here, so a figure is measured in the
same way wherever it counts. A row that cannot be measured is refused with the reason.
"""
