"""Jobs, schedules, sensors and the Dagster instance."""
