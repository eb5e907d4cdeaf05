"""The command line: `nino-assets …`."""
