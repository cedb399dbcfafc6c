"""A user's own data, from file to calibration targets.

file (`reading`) → which kind it is (`formats`: `cohort`, `nij`, `iowa`, `compas`, `table`) →
checked rows, and an account of those left out (`checks`, `account`) → survival and risk
(`survival`) → targets in the layout of ``sim/evidence/targets.csv`` (`targets`) → the place to
start from (`starting`) → measured on simulated people (`measured`) → written (`written`).

pandas, lifelines and statsmodels stay inside these modules: they describe data, they are not the
model. Only aggregates are ever written.
"""
