"""The story of a rehearsal: up, then for each scene open, park, wake, park again, resume by the agent, close."""

import json
from pathlib import Path
from typing import Any

from flexpark import load_environment
from flexpark.cli.demo.actors import Agent, Customer, Opened, Work, wait_for_offer
from flexpark.cli.demo.play import close, expect
from flexpark.cli.demo.report import Report, Step
from flexpark.cli.rehearsal import ROOT, Rehearsal, open_rehearsal
from flexpark.cli.rehearse.cast import Cast, Scene
from flexpark.cli.standins import finish_flow, stand_in
from flexpark.environment.model import Environment
from flexpark.routing.way import Way, resumed, way_of


def play(folder: Path, stack: str, cast: Cast, report: Report) -> None:
    """Play every scene on an emulator in a folder; the report says what was seen. Stops where it is not as expected."""
    workers = tuple({"friendlyName": one.name, "attributes": dict(one.attributes)} for one in cast.floor.workers)
    with open_rehearsal(folder, stack, workers) as rehearsal:
        stand_in(rehearsal, dict(cast.floor.target_workers))
        with report.step("The environment comes up in the emulator", rehearsal) as step:
            rehearsal.pulumi("up", "--yes", "--skip-preview", show=True)
            finish_flow(rehearsal)
            step.fact("workflow", rehearsal.outputs_now()["workflowSid"])
            for text in cast.left_out:
                step.fact("left out", text)
        environment = load_environment(ROOT, rehearsal.stack_file)
        for number, scene in enumerate(cast.scenes):
            _Played(rehearsal, environment, cast, scene, f"+1555000{number + 1:04d}").all(report)
        with report.step("A second run of the engine finds nothing to change", rehearsal) as step:
            rehearsal.pulumi("preview", "--expect-no-changes", show=True)
            step.fact("holds", "yes")


class _Played:
    """One scene: one customer, and the agents that routing offers the conversation to."""

    def __init__(self, rehearsal: Rehearsal, environment: Environment, cast: Cast, scene: Scene, address: str) -> None:
        self.rehearsal = rehearsal
        self.environment = environment
        self.cast = cast
        self.scene = scene
        self.customer = Customer(rehearsal, address)
        self.agents = {person.name: Agent(rehearsal, person.name) for person in cast.floor.workers}

    def all(self, report: Report) -> None:
        """From the first message to the end of the conversation."""
        name = self.scene.title
        with report.step(f"{name}: new work reaches an agent", self.rehearsal) as step:
            opened, agent, work = self._opens(step)
        with report.step(f"{name}: parked, and woken by its customer", self.rehearsal) as step:
            agent, work = self._wakes(step, opened, agent, work)
        with report.step(f"{name}: parked again, and resumed by the agent", self.rehearsal) as step:
            self._resumes(step, opened, agent, work)
        close(self.rehearsal, opened)

    def _opens(self, step: Step) -> tuple[Opened, Agent, Work]:
        self._there(str(self.scene.way.worker))
        workflow = self.rehearsal.outputs_now()["workflowSid"]
        opened = self.customer.opens("Good morning", workflow_sid=workflow, attributes=self.scene.attributes)
        agent, work = self._taken(step, self.scene.way)
        step.fact("attributes", json.dumps(self.scene.attributes))
        return opened, agent, work

    def _wakes(self, step: Step, opened: Opened, agent: Agent, work: Work) -> tuple[Agent, Work]:
        queue = self._queue_of(work)
        self._parks(step, opened, agent, work)
        way = self._way_back(queue, agent)
        self._there(str(way.worker))
        answered = self.customer.writes(opened, "Any news?")
        step.fact("webhook answered", [answer["status"] for answer in answered])
        if way.after:
            self.rehearsal.control("POST", "clock", {"advance": way.after + 1})
        return self._taken(step, way)

    def _way_back(self, queue: str, agent: Agent) -> Way:
        """Where the woken conversation goes: to who parked it, or, where that cannot be, to the first who can."""
        attributes = {**self.scene.attributes, **resumed(self.environment, queue, agent.name, self.cast.floor)}
        first = way_of(self.environment, ROOT, attributes, self.cast.floor, self._others(agent.name))
        if first.worker is not None:
            return first
        taker = way_of(self.environment, ROOT, attributes, self.cast.floor).worker
        return way_of(self.environment, ROOT, attributes, self.cast.floor, self._others(str(taker)))

    def _there(self, name: str) -> None:
        """Let one agent be available, and no other: which of several is offered a task first is chance here."""
        for other, agent in self.agents.items():
            agent.goes(available=other == name)

    def _others(self, name: str) -> list[str]:
        return [other for other in self.agents if other != name]

    def _resumes(self, step: Step, opened: Opened, agent: Agent, work: Work) -> None:
        self._parks(step, opened, agent, work)
        status, body = agent.resumes(opened)
        expect(status == 200 and body.get("status") == "invited", f"the agent may resume it, not {status} {body}")
        wait_for_offer(agent)
        step.fact("resumed by", f"{agent.name}, task {agent.accepts().task}")

    def _parks(self, step: Step, opened: Opened, agent: Agent, work: Work) -> None:
        status, body = agent.parks(opened, work)
        expect(status == 200 and body.get("status") == "parked", f"the conversation is parked, not {status} {body}")
        task = self._task(work)
        expect(task["assignment_status"] == "completed", f"the task is completed, not {task['assignment_status']}")
        if self.environment.park.show_list:
            listed = [item["conversationSid"] for item in agent.list()]
            expect(opened.conversation in listed, f"the list of {agent.name} shows it")
        step.fact("parked by", agent.name)

    def _taken(self, step: Step, way: Way) -> tuple[Agent, Work]:
        """Whom routing offers it to, by the offline rules, accepts it."""
        expect(way.worker is not None, f"somebody can take it; offline it is {way.outcome} in {way.queue}")
        agent = self.agents[str(way.worker)]
        wait_for_offer(agent)
        work = agent.accepts()
        queue = self._queue_of(work)
        expect(queue == way.queue, f"it comes through the queue {way.queue}, not {queue}")
        step.fact("accepted by", f"{agent.name}, from {queue}, through {way.filter}")
        return agent, work

    def _queue_of(self, work: Work) -> str:
        sids: dict[str, str] = self.rehearsal.outputs_now()["queueSids"]
        queue = self._task(work)["task_queue_sid"]
        return next((name for name, sid in sids.items() if sid == queue), str(queue))

    def _task(self, work: Work) -> dict[str, Any]:
        workspace = self.rehearsal.account["workspaceSid"]
        return self.rehearsal.api("GET", f"taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks/{work.task}")
