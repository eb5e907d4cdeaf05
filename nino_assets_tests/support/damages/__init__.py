"""Damaged deliveries: what is damaged, how it is planted, and how it ended.

Belongs here: damages of scans, manifests and postcode directories, and the verdict on a case.
"""
