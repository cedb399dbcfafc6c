"""Calibration: fit the few free constants of a place to its published targets.

targets (`likelihood`) → simulated values under common draws (`evaluate`) → search (`search`) →
posterior and identifiability (`posterior`) → a jurisdiction file with its fit (`written`).
"""
