"""What Twilio deletes with what holds it needs no request of its own: ``deletedWith``, where that is safe.

https://www.pulumi.com/docs/iac/concepts/resources/options/deletedwith/ - the engine does not ask whether the other one
really goes: if it is retained, or was only looked up, what is in it would be forgotten and live on.
"""

from weakref import WeakKeyDictionary

import pulumi

_known: "WeakKeyDictionary[pulumi.Resource, pulumi.ResourceOptions]" = WeakKeyDictionary()


def watch() -> None:
    """Remember the options of all that the program makes from here on. Once, at its start."""
    pulumi.runtime.register_stack_transformation(_remember)


def goes_with(holder: pulumi.Resource, opts: pulumi.ResourceOptions | None = None) -> pulumi.ResourceOptions:
    """``opts``, and that it goes with ``holder``, if this stack has made that, neither retains nor protects it.

    For what Twilio itself deletes with it: what is in a Sync Service, a Serverless Service, a Workspace. Raises
    ``pulumi.RunError`` where ``holder`` was made before ``watch``, so that nothing is known of it.
    """
    given = _known.get(holder)
    if given is None:
        raise pulumi.RunError("pulumi_twilio_extras.watch() has to be called before anything is made that holds others")
    stays = given.id is not None or _is_protected(holder) or _is_retained(given)
    with_holder = pulumi.ResourceOptions() if stays else pulumi.ResourceOptions(deleted_with=holder)
    return pulumi.ResourceOptions.merge(with_holder, opts)


def _remember(args: pulumi.ResourceTransformationArgs) -> None:
    _known[args.resource] = args.opts


def _is_protected(resource: pulumi.Resource) -> bool:
    return bool(resource._protect)  # with what it has from its parents, which no public name gives


def _is_retained(opts: pulumi.ResourceOptions) -> bool:
    """By its own option, else by that of the nearest component above that says something."""
    if opts.retain_on_delete is not None:
        return opts.retain_on_delete
    above = _known.get(opts.parent) if opts.parent is not None else None
    return above is not None and _is_retained(above)
