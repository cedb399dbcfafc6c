"""Chapters of the report: each turns what is stored into blocks, and stays out if it is not."""
