"""The command line, `nino-assets`: arguments, and what is printed.

Belongs here: one module a group of commands. Does not belong here: any work, which the web UI must
do alike.
"""
