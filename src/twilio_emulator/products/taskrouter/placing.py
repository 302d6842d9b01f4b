"""Who is offered which waiting task, and when a task moves on to its next target.

Source: https://www.twilio.com/docs/taskrouter/worker-presence and .../workflow-configuration.
"""

import json
from dataclasses import replace

import taskrouter
from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter import events, lifecycle, matching
from twilio_emulator.products.taskrouter.floor import Floor
from twilio_emulator.products.taskrouter.records import QUEUE, RESERVATION, TASK, WORKFLOW, Doc
from twilio_emulator.products.taskrouter.timing import save_task

RESERVATION_TIMEOUT = 120


def start(world: World, task: Doc) -> None:
    """Brings a task into the first target of its way."""
    _enter(world, Floor(world, task["workspace_sid"]), task, matching.place(task["routing"]))


def route(world: World, workspace_sid: str) -> None:
    """Tries every waiting task again, the highest priority first, then the oldest (or the newest, by the queue)."""
    orders = {queue["sid"]: queue["task_order"] for queue in world.store.list(QUEUE, workspace_sid)}
    waiting = world.store.list(TASK, workspace_sid, assignment_status="pending")

    def rank(task: Doc) -> tuple[int, float]:
        newest_first = orders.get(task["task_queue_sid"]) == "LIFO"
        return -task["priority"], -task["virtual_start"] if newest_first else task["virtual_start"]

    floor = Floor(world, workspace_sid)
    for task in sorted(waiting, key=rank):
        _again(world, floor, task["sid"])


def move_on(world: World, task: Doc) -> None:
    """The task leaves its target: it has waited there long enough, or nobody is left to ask."""
    _enter(world, Floor(world, task["workspace_sid"]), task, _next(world, task))


def _again(world: World, floor: Floor, task_sid: str) -> None:
    task = world.store.get(TASK, task_sid)
    if task is None or task["assignment_status"] != "pending":
        return
    step = matching.way(world, task).at(matching.place(task["routing"]))
    if step is None:
        return
    deadline = task["routing"]["deadline"]
    over = deadline is not None and deadline <= world.clock.timestamp()
    if over or not (_offer(world, floor, task, step.target) or _somebody_left(world, floor, task, step.target)):
        _enter(world, floor, task, _next(world, task))


def _next(world: World, task: Doc) -> taskrouter.Position | None:
    return matching.way(world, task).after(matching.place(task["routing"]), skipped=False)


def _enter(world: World, floor: Floor, task: Doc, position: taskrouter.Position | None) -> None:
    """Brings a task to a place on its way: offers it there, or skips on at once; None is the end of the way."""
    while True:
        step = None if position is None else matching.way(world, task).at(position)
        if position is None or step is None:
            matched = bool(task["task_queue_sid"])
            reason = (
                "Task canceled on Workflow timeout" if matched else "Task canceled: no filter of the workflow matches"
            )
            lifecycle.cancel(world, task, reason, out_of_workflow=matched)
            return
        _come_into(world, task, position, step.target)
        if _offer(world, floor, task, step.target):
            return
        queue = floor.members(task, step.target.queue)
        if not taskrouter.skips(step.target, queue, missing=matching.missing(world)):
            return
        following = matching.way(world, task).after(position, skipped=True)
        if following is None and step.filter_index is None:
            return
        position = following


def _come_into(world: World, task: Doc, position: taskrouter.Position, target: taskrouter.Target) -> None:
    routing = task["routing"]
    routing.update(index=position.index, expired=position.expired, refused=[], deadline=None)
    if target.timeout is not None:
        routing["budget"] += target.timeout
        routing["deadline"] = task["date_created"] + routing["budget"]
    if target.priority is not None:
        task["priority"] = target.priority
    changed = task["task_queue_sid"] != target.queue
    task["task_queue_sid"] = target.queue
    if changed:
        task["task_queue_entered"] = world.clock.timestamp()
    save_task(world, task)
    events.emit(world, task["workspace_sid"], "workflow.target-matched", task=task)
    if changed:
        events.emit(world, task["workspace_sid"], "task-queue.entered", task=task)


def _offer(world: World, floor: Floor, task: Doc, target: taskrouter.Target) -> bool:
    queue = world.store.get(QUEUE, target.queue)
    if queue is None:
        return False
    candidates = _candidates(world, floor, task, target)
    refused = task["routing"]["refused"]
    fresh = [worker for worker in candidates if worker.sid not in refused]
    if not fresh and refused and _next(world, task) is None:
        fresh = candidates
    chosen = fresh[: queue["max_reserved_workers"]]
    if not chosen:
        return False
    floor.changed()
    made = [_reserve(world, task, worker) for worker in chosen]
    task.update(assignment_status="reserved", assignment_counter=task["assignment_counter"] + 1)
    task["reservations"] += [reservation["sid"] for reservation in made]
    save_task(world, task)
    for reservation in made:
        events.emit(world, task["workspace_sid"], "reservation.created", task=task, reservation=reservation)
    return True


def _reserve(world: World, task: Doc, worker: taskrouter.Worker) -> Doc:
    workflow = world.store.get(WORKFLOW, task["workflow_sid"] or "") or {}
    now = world.clock.timestamp()
    reservation: Doc = {
        "sid": world.sids.new("WR"),
        "account_sid": task["account_sid"],
        "workspace_sid": task["workspace_sid"],
        "task_sid": task["sid"],
        "task_channel_sid": task["task_channel_sid"],
        "worker_sid": worker.sid,
        "worker_name": worker.friendly_name,
        "status": "pending",
        "timeout_at": now + workflow.get("task_reservation_timeout", RESERVATION_TIMEOUT),
        "date_created": now,
        "date_updated": now,
    }
    world.store.put(RESERVATION, reservation["sid"], reservation, parent=worker.sid)
    return reservation


def _candidates(world: World, floor: Floor, task: Doc, target: taskrouter.Target) -> list[taskrouter.Worker]:
    views = floor.views(task)
    if (task["routing_target"] or "").startswith("WK"):
        own = [view for view in views if view.sid == task["routing_target"]]
        return own if task["ignore_capacity"] else [view for view in own if view.available and view.has_capacity]
    return _eligible(world, floor, task, target, views)


def _somebody_left(world: World, floor: Floor, task: Doc, target: taskrouter.Target) -> bool:
    """Whether a task stays in its target: it is the last, nobody refused, or another worker could take it."""
    refused = task["routing"]["refused"]
    if not refused or _next(world, task) is None:
        return True
    others = [replace(v, available=True, has_capacity=True) for v in floor.views(task) if v.sid not in refused]
    return bool(_eligible(world, floor, task, target, others))


def _eligible(
    world: World, floor: Floor, task: Doc, target: taskrouter.Target, views: list[taskrouter.Worker]
) -> list[taskrouter.Worker]:
    attributes, missing = json.loads(task["attributes"]), matching.missing(world)
    return taskrouter.eligible(views, floor.target_workers(target.queue), target, attributes, missing=missing)
