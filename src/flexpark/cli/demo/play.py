"""The story of the demo. Each act is one function; `play` is their order."""

import json
from pathlib import Path

from flexpark import load_environment
from flexpark.cli.console import messages, say
from flexpark.cli.demo.actors import Agent, Customer, Opened, Work, wait_for_offer
from flexpark.cli.demo.report import Report
from flexpark.cli.drain import drain
from flexpark.cli.rehearsal import ROOT, Rehearsal, open_rehearsal
from flexpark.errors import FlexparkError

Inventory = dict[str, list[str]]


def play(folder: Path, *, keep: bool, as_json: bool) -> None:
    """Play all acts in order; with `keep`, stop before the environment is taken down."""
    report = Report()
    with open_rehearsal(folder, keep=keep) as rehearsal:
        account_is_there(report, rehearsal)
        before = rehearsal.inventory()
        stack_goes_up(report, rehearsal)
        opened, work = conversation_opens(report, rehearsal)
        agent_parks(report, rehearsal, opened, work)
        work = customer_wakes_it(report, rehearsal, opened)
        work, colleague = colleague_takes_over(report, rehearsal, opened, work)
        work = agent_resumes(report, rehearsal, opened, work, colleague)
        closed_is_refused(report, rehearsal)
        nothing_to_change(report, rehearsal)
        one_setting_changes(report, rehearsal)
        if keep:
            close(rehearsal, opened)
        else:
            destroy_is_refused(report, rehearsal)
            drained_and_destroyed(report, rehearsal, before, opened)
    report.json() if as_json else report.table()
    if keep:
        _how_to_go_on(rehearsal)


def expect(holds: bool, what: str) -> None:
    """The demo stops where it shows something else than it says."""
    if not holds:
        raise FlexparkError(f"demo: expected that {what}")


def account_is_there(report: Report, rehearsal: Rehearsal) -> None:
    with report.step("An emulator, and a Flex account as it is before flexpark") as step:
        account = rehearsal.account
        step.fact("emulator", rehearsal.emulator.url)
        step.fact("account", account["accountSid"])
        step.fact("Flex workspace", account["workspaceSid"])
        step.fact("activities", ", ".join(account["activities"]))
        step.fact("task channels", ", ".join(account["taskChannels"]))
        step.fact("queues", ", ".join(account["queues"]))
        step.fact("workers", ", ".join(f"{w['friendlyName']} {_skills(w)}" for w in account["workers"]))


def _skills(worker: dict[str, object]) -> str:
    attributes = worker["attributes"]
    return str(attributes.get("skills", [])) if isinstance(attributes, dict) else ""


def stack_goes_up(report: Report, rehearsal: Rehearsal) -> None:
    with report.step("pulumi up: queues, workflow, Sync, functions", rehearsal) as step:
        rehearsal.pulumi("up", "--yes", "--skip-preview", show=True)
        outputs = rehearsal.outputs_now()
        for name in ("workspaceSid", "workflowSid", "syncServiceSid", "domain", "buildSid", "deploymentSid"):
            step.fact(name, outputs[name])


def conversation_opens(report: Report, rehearsal: Rehearsal) -> tuple[Opened, Work]:
    with report.step("A customer writes; Support gets the task; Ada accepts", rehearsal) as step:
        ada = Agent(rehearsal, "ada")
        ada.goes(available=True)
        customer = Customer(rehearsal, "+15550001111")
        opened = customer.opens(
            "My invoice is wrong", workflow_sid=rehearsal.outputs_now()["workflowSid"], topic="support"
        )
        wait_for_offer(ada)
        work = ada.accepts()
        step.fact("conversation", opened.conversation)
        step.fact("interaction, channel", f"{opened.interaction}, {opened.channel}")
        step.fact("task", f"{work.task}: {_task(rehearsal, work)['assignment_status']} to ada")
        return opened, work


def agent_parks(report: Report, rehearsal: Rehearsal, opened: Opened, work: Work) -> None:
    with report.step("Ada parks it: her task is completed, the conversation stays open", rehearsal) as step:
        ada = Agent(rehearsal, "ada")
        status, body = ada.parks(opened, work)
        step.fact("POST /park", f"{status} {json.dumps(body)}")
        expect(status == 200 and body["status"] == "parked", "the conversation is parked")
        _is_parked(rehearsal, opened, work, ada)
        step.fact("task", f"{work.task}: completed")
        step.fact("conversation", f"{opened.conversation}: {_conversation(rehearsal, opened)['state']}")
        step.fact("Ada's list", [item["conversationSid"] for item in ada.list()])


def _is_parked(rehearsal: Rehearsal, opened: Opened, work: Work, agent: Agent) -> None:
    expect(_task(rehearsal, work)["assignment_status"] == "completed", "the task is completed")
    expect(_conversation(rehearsal, opened)["state"] == "active", "the conversation is still open")
    expect(opened.conversation in [item["conversationSid"] for item in agent.list()], "the agent's list shows it")


def customer_wakes_it(report: Report, rehearsal: Rehearsal, opened: Opened) -> Work:
    with report.step("The customer writes again: an invite, and Ada gets the same conversation", rehearsal) as step:
        ada, ben = Agent(rehearsal, "ada"), Agent(rehearsal, "ben")
        ben.goes(available=True)
        answered = Customer(rehearsal, opened.customer).writes(opened, "Any news?")
        step.fact("webhook answered", [(answer["status"], answer["body"]) for answer in answered])
        wait_for_offer(ada)
        expect(not ben.offers(), "only the same worker is offered the task")
        work = ada.accepts()
        step.fact("task", f"{work.task}: {_task(rehearsal, work)['assignment_status']} to ada, not ben")
        bodies = [message["body"] for message in _messages(rehearsal, opened)]
        step.fact("history", bodies)
        expect(bodies == ["My invoice is wrong", "Any news?"], "the whole history is there")
        expect(not ada.list(), "the list is empty again")
        return work


def colleague_takes_over(report: Report, rehearsal: Rehearsal, opened: Opened, work: Work) -> tuple[Work, Agent]:
    with report.step("Parked again; Ada is away: Ben gets it after the known-worker timeout", rehearsal) as step:
        ada, ben = Agent(rehearsal, "ada"), Agent(rehearsal, "ben")
        status, body = ada.parks(opened, work)
        expect(status == 200, f"the second park succeeds, not {status} {body}")
        ada.goes(available=False)
        Customer(rehearsal, opened.customer).writes(opened, "Hello?")
        expect(not ben.offers(), "the task waits for the known worker first")
        timeout = _known_worker_timeout(rehearsal)
        rehearsal.control("POST", "clock", {"advance": timeout + 1})
        step.fact("clock", f"advanced by {timeout + 1} s")
        wait_for_offer(ben)
        work = ben.accepts()
        step.fact("task", f"{work.task}: {_task(rehearsal, work)['assignment_status']} to ben")
        ada.goes(available=True)
        return work, ben


def agent_resumes(report: Report, rehearsal: Rehearsal, opened: Opened, work: Work, agent: Agent) -> Work:
    with report.step("Parked once more; Ben resumes it from his list", rehearsal) as step:
        status, body = agent.parks(opened, work)
        expect(status == 200, f"the third park succeeds, not {status} {body}")
        step.fact("Ben's list", [item["conversationSid"] for item in agent.list()])
        status, body = agent.resumes(opened)
        step.fact("POST /unpark", f"{status} {json.dumps(body)}")
        expect(status == 200 and body["status"] == "invited", "the conversation is invited back")
        wait_for_offer(agent)
        work = agent.accepts()
        step.fact("task", f"{work.task}: {_task(rehearsal, work)['assignment_status']} to ben")
        return work


def closed_is_refused(report: Report, rehearsal: Rehearsal) -> None:
    with report.step("A parked conversation is closed: resuming it is refused, and says why", rehearsal) as step:
        cleo = Agent(rehearsal, "cleo")
        cleo.goes(available=True)
        customer = Customer(rehearsal, "+15550002222")
        opened = customer.opens(
            "What does it cost?", workflow_sid=rehearsal.outputs_now()["workflowSid"], topic="sales"
        )
        wait_for_offer(cleo)
        cleo.parks(opened, cleo.accepts())
        close(rehearsal, opened)
        status, body = cleo.resumes(opened)
        step.fact("POST /unpark", f"{status} {json.dumps(body)}")
        expect(status >= 400 and body["error"]["code"] == "closed", "resuming is refused as closed")
        expect(not cleo.list(), "nothing is listed whose resume cannot work")


def nothing_to_change(report: Report, rehearsal: Rehearsal) -> None:
    with report.step("pulumi preview --expect-no-changes", rehearsal) as step:
        rehearsal.pulumi("preview", "--expect-no-changes", show=True)
        step.fact("holds", "yes")


def one_setting_changes(report: Report, rehearsal: Rehearsal) -> None:
    with report.step("A setting of one function changes: one upload, one build, one deployment", rehearsal) as step:
        rehearsal.configure("park", {"list_ttl": {"default": "48h"}})
        with rehearsal.counting() as seen:
            rehearsal.pulumi("up", "--yes", "--skip-preview", show=True)
        names = [request["operation"] for request in seen if request["method"] == "POST"]
        step.fact("changed", "park.list_ttl.default: 48h")
        expect(
            sorted(names) == ["CreateBuild", "CreateDeployment", "CreateFunctionVersion"], f"one of each, not {names}"
        )


def destroy_is_refused(report: Report, rehearsal: Rehearsal) -> None:
    with report.step("pulumi destroy is refused: conversations may be parked", rehearsal) as step:
        done = rehearsal.pulumi("destroy", "--yes", check=False)
        expect(done.returncode != 0, "destroy is refused")
        line = next((line.strip() for line in done.stdout.splitlines() if "protected" in line), "")
        step.fact("Pulumi says", line)
        step.fact("what to do", f"flexpark drain -s {rehearsal.stack}, then pulumi destroy")


def drained_and_destroyed(report: Report, rehearsal: Rehearsal, before: Inventory, opened: Opened) -> None:
    with report.step("flexpark drain brings back what is parked", rehearsal) as step:
        cleo = Agent(rehearsal, "cleo")
        customer = Customer(rehearsal, "+15550003333")
        parked = customer.opens("One more thing", workflow_sid=rehearsal.outputs_now()["workflowSid"], topic="sales")
        wait_for_offer(cleo)
        cleo.parks(parked, cleo.accepts())
        result = drain(rehearsal.stack, mode="invite", environ=rehearsal.environ)
        step.fact("drained", f"{result.done} brought back; {result.tasks} live tasks in the workflow")
        wait_for_offer(cleo)
        work = cleo.accepts()
        step.fact("task", f"{work.task}: {_task(rehearsal, work)['assignment_status']} to cleo")
    with report.step("Agents finish, drain lifts the protection, destroy leaves nothing of ours", rehearsal) as step:
        for conversation in (opened, parked):
            close(rehearsal, conversation)
        expect(drain(rehearsal.stack, mode="invite", environ=rehearsal.environ).tasks == 0, "no live task is left")
        rehearsal.pulumi("destroy", "--yes", "--skip-preview", show=True)
        left = rehearsal.inventory()
        step.fact("is left", ", ".join(f"{len(names)} {kind}" for kind, names in left.items() if names))
        expect(left == before, f"the account is as it was before, {before}, not {left}")


def close(rehearsal: Rehearsal, opened: Opened) -> None:
    """The agent ends the conversation: the channel is closed, its tasks are completed."""
    address = f"flex-api.twilio.com/v1/Interactions/{opened.interaction}/Channels/{opened.channel}"
    rehearsal.api("POST", address, Status="closed", Routing='{"status": "closed"}')


def _task(rehearsal: Rehearsal, work: Work) -> dict[str, object]:
    return rehearsal.api(
        "GET", f"taskrouter.twilio.com/v1/Workspaces/{rehearsal.account['workspaceSid']}/Tasks/{work.task}"
    )


def _conversation(rehearsal: Rehearsal, opened: Opened) -> dict[str, object]:
    return rehearsal.api("GET", f"conversations.twilio.com/v1/Conversations/{opened.conversation}")


def _messages(rehearsal: Rehearsal, opened: Opened) -> list[dict[str, object]]:
    found = rehearsal.api("GET", f"conversations.twilio.com/v1/Conversations/{opened.conversation}/Messages")[
        "messages"
    ]
    return list(found)


def _known_worker_timeout(rehearsal: Rehearsal) -> int:
    return load_environment(ROOT, rehearsal.stack).park.known_worker.timeout


def _how_to_go_on(rehearsal: Rehearsal) -> None:
    env = rehearsal.write_env()
    messages.print("\n[bold]Emulator and stack are up.[/bold] To go on by hand:\n")
    say(f"  source {env}")
    say(f"  pulumi preview --stack {rehearsal.stack} --config-file {rehearsal.stack_file}")
    say(f"  flexpark drain -s {rehearsal.stack}")
    say(f"  pulumi destroy --stack {rehearsal.stack} --config-file {rehearsal.stack_file}")
    say(f"  kill {rehearsal.emulator.pid}    # ends the emulator")
