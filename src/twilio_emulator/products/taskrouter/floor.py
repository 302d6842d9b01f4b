"""The workers of a workspace as routing sees them at one moment, looked up once for all waiting tasks."""

import taskrouter
from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter import matching, workers, workspaces
from twilio_emulator.products.taskrouter.records import QUEUE, WORKER, Doc


class Floor:
    """Who is there, how busy, in which queue. `changed` forgets it all, after an offer was made."""

    def __init__(self, world: World, workspace_sid: str) -> None:
        self._world, self._workspace_sid = world, workspace_sid
        self._known: list[tuple[Doc, Doc, list[Doc]]] | None = None

    def changed(self) -> None:
        """To be called after anything that changes a worker's load."""
        self._known = None

    def views(self, task: Doc) -> list[taskrouter.Worker]:
        """All workers, with their room on the task's channel."""
        if self._known is None:
            self._known = [self._look(worker) for worker in self._world.store.list(WORKER, self._workspace_sid)]
        return [matching.worker_view(*known, task["task_channel_sid"]) for known in self._known]

    def members(self, task: Doc, queue_sid: str) -> list[taskrouter.Worker]:
        """The workers of a queue, whatever they are doing."""
        missing = matching.missing(self._world)
        return taskrouter.members(self.views(task), self.target_workers(queue_sid), missing=missing)

    def target_workers(self, queue_sid: str) -> str:
        """A queue's TargetWorkers; a queue that is gone has nobody."""
        return str((self._world.store.get(QUEUE, queue_sid) or {"target_workers": ""})["target_workers"])

    def _look(self, worker: Doc) -> tuple[Doc, Doc, list[Doc]]:
        activity = workspaces.get_activity(self._world, self._workspace_sid, worker["activity_sid"])
        return worker, activity, workers.channels_of(self._world, worker)
