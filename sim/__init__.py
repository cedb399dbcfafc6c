"""desist: an agent-based model of what reduces reoffending (Kyoto Declaration, 36-42)."""

__version__ = "0.1.0"
