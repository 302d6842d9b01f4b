"""Rules of deployments: which build an environment serves.

A deployment without a build takes the environment's build away (RJPearson94/terraform-provider-twilio, issue 28); the
build that is deployed already answers 409 (twilio-labs/serverless-api, issue 27).
"""

from twilio_emulator.core.world import World
from twilio_emulator.products.serverless import builds, rules
from twilio_emulator.products.serverless.code import ASSETS, FUNCTIONS, code_file
from twilio_emulator.products.serverless.rules import BUILD, DEPLOYMENT, ENVIRONMENT, SERVICE, VARIABLE, Doc
from twilio_emulator.products.serverless.running import drop_environment
from twilio_emulator.runner import CodeFile


def create_deployment(world: World, environment: Doc, build_sid: str | None) -> Doc:
    """Deploys a completed build, or none, to an environment."""
    if build_sid:
        build = world.store.get(BUILD, build_sid)
        if build is None or build["service_sid"] != environment["service_sid"]:
            raise rules.refused(f"Build {build_sid} was not found")
        if builds.status(world, build) != "completed":
            raise rules.refused(f"Build {build_sid} is not completed")
        if environment["build_sid"] == build_sid:
            raise rules.conflict("Environment has already requested deployment of this Build.")
    else:
        drop_environment(world, environment["sid"])
    doc = {
        "sid": world.sids.new("ZD"),
        "account_sid": environment["account_sid"],
        "service_sid": environment["service_sid"],
        "environment_sid": environment["sid"],
        "build_sid": build_sid or None,
        **rules.stamps(world),
    }
    world.store.put(DEPLOYMENT, doc["sid"], doc, parent=environment["sid"])
    changed = rules.touch(world, environment | {"build_sid": doc["build_sid"]})
    world.store.update(ENVIRONMENT, environment["sid"], changed)
    return doc


def variables(world: World, environment: Doc) -> dict[str, str]:
    """What Functions find in `context`: what Twilio sets, and the environment's Variables over it."""
    service = world.store.get(SERVICE, environment["service_sid"]) or {}
    found = {
        "SERVICE_SID": environment["service_sid"],
        "ENVIRONMENT_SID": environment["sid"],
        "DOMAIN_NAME": environment["domain_name"],
    }
    if service.get("include_credentials"):
        found["ACCOUNT_SID"] = environment["account_sid"]
        found["AUTH_TOKEN"] = world.auth_token(environment["account_sid"])
    own = {doc["key"]: doc["value"] for doc in world.store.list(VARIABLE, environment["sid"])}
    return found | own


def code_files(world: World, build: Doc) -> tuple[CodeFile, ...]:
    """The code of a build."""
    kinds = (FUNCTIONS, ASSETS)
    return tuple(code_file(world, code, version) for code in kinds for version in build[code.versions_field])
