"""How TaskRouter's parameters become fields: names on the left, fields on the right.

A field ends in `:int` or `:bool` where its text is to be converted.
"""

from typing import Any

from twilio_emulator.core.call import Call, Params


def changes(call: Call, names: dict[str, str]) -> dict[str, Any]:
    """The fields that the form sends, converted; what was not sent is not there."""
    return {
        target.split(":")[0]: _value(call.form, name, target) for name, target in names.items() if name in call.form
    }


def equals(call: Call, names: dict[str, str]) -> dict[str, Any]:
    """The filters that the query sends, as fields to compare."""
    return {field: value for name, field in names.items() if (value := call.query.get(name))}


def _value(form: Params, name: str, target: str) -> Any:
    if target.endswith(":int"):
        return form.int(name)
    if target.endswith(":bool"):
        return form.bool(name)
    return form.get(name)
