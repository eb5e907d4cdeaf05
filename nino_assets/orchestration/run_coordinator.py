"""Writes into each run of the web UI which account launched it."""

import dagster as dg

from nino_assets.orchestration.signed_in import USER_HEADER, USER_TAG


class SignedInRunCoordinator(dg.QueuedRunCoordinator):
    """The queue of runs, which knows who is signed in.

    The web server asks it for every run that is launched there, in whatever words, so that no tag
    of a client stands. A run of a schedule, a sensor or a retry was launched by nobody.
    """

    def submit_run(self, context: dg.SubmitRunContext) -> dg.DagsterRun:
        """Put a run into the queue, under the account that asked."""
        run = context.dagster_run
        account = context.get_request_header(USER_HEADER)
        if account is not None or USER_TAG in run.tags:
            self._instance.add_run_tags(run.run_id, {USER_TAG: account or ""})
        return super().submit_run(context)
