"""Functions: the Serverless service, its environment, and the deployed park and unpark functions of the bundle."""

from collections.abc import Mapping

import pulumi
import pulumi_twilio as twilio

from flexpark import Bundle, Environment, RenderedFunction


class Functions(pulumi.ComponentResource):
    """Upload what changed, build once, deploy once. Outputs: `domain`, `service_sid`, `environment_sid`, `build_sid`,
    `urls` (path -> URL).

    Webhooks of conversations parked for months point at the domain, so service and environment are protected and never
    replaced. This stack creates the service and deletes it, so what lies below goes with it: `deleted_with` saves
    those requests.
    """

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        bundle: Bundle,
        variables: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("flexpark:infra:Functions", name, None, opts)
        service = twilio.serverless.Service(
            "service",
            unique_name=environment.service_name,
            friendly_name=environment.service_name,
            include_credentials=True,  # the functions call Twilio's API, and check tokens, as the account
            ui_editable=False,  # a change in the Console would be lost with the next deployment
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        self.service_sid: pulumi.Output[str] = service.sid.apply(str)
        self._below = pulumi.ResourceOptions(parent=self, deleted_with=service)
        home = twilio.serverless.Environment(
            "environment",
            service_sid=self.service_sid,
            unique_name=environment.environment,
            domain_suffix=environment.domain_suffix,
            opts=self._options(protect=True),
        )
        self.environment_sid: pulumi.Output[str] = home.sid.apply(str)
        self.domain: pulumi.Output[str] = home.domain_name.apply(str)
        set_variables = [
            twilio.serverless.Variable(
                f"variable-{key}",
                service_sid=self.service_sid,
                environment_sid=self.environment_sid,
                key=key,
                value=value,
                opts=self._options(),
            )
            for key, value in variables.items()
        ]
        build = twilio.serverless.Build(
            "build",
            service_sid=self.service_sid,
            function_versions=[self._upload(function) for function in bundle.functions],
            dependencies=dict(bundle.dependencies),
            runtime=bundle.runtime,
            opts=self._options(),
        )
        self.build_sid: pulumi.Output[str] = build.sid.apply(str)
        self.deployment = twilio.serverless.Deployment(
            "deployment",
            service_sid=self.service_sid,
            environment_sid=self.environment_sid,
            build_sid=self.build_sid,
            # Functions that answer must find their variables: the first deployment comes after them.
            opts=pulumi.ResourceOptions.merge(self._options(), pulumi.ResourceOptions(depends_on=set_variables)),
        )
        self.deployment_sid: pulumi.Output[str] = self.deployment.sid.apply(str)
        callable_paths = [function.path for function in bundle.functions if function.visibility != "private"]
        self.urls: pulumi.Output[dict[str, str]] = self.domain.apply(
            lambda domain: {path.removeprefix("/"): f"https://{domain}{path}" for path in callable_paths}
        )
        self.register_outputs({"domain": self.domain, "urls": self.urls, "buildSid": self.build_sid})

    def _options(self, *, protect: bool | None = None) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions.merge(self._below, pulumi.ResourceOptions(protect=protect))

    def _upload(self, function: RenderedFunction) -> pulumi.Output[str]:
        """One function and the version of it that the bundle holds; unchanged content uploads nothing."""
        name = function.path.removeprefix("/").replace("/", "-")
        resource = twilio.serverless.Function(
            f"function-{name}", service_sid=self.service_sid, friendly_name=function.path, opts=self._options()
        )
        version = twilio.serverless.FunctionVersion(
            f"version-{name}",
            service_sid=self.service_sid,
            function_sid=resource.sid.apply(str),
            path=function.path,
            visibility=function.visibility,
            content=pulumi.StringAsset(function.content),
            opts=self._options(),
        )
        return version.sid.apply(str)
