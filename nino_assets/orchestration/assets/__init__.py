"""The assets, one module a group: what each declares, and the work that makes it."""
