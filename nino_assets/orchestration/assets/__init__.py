"""The assets, one module a group: their declarations and their work."""
