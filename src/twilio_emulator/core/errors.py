"""Twilio's error answers: `{"code", "message", "more_info", "status"}`.

Source: https://www.twilio.com/docs/usage/twilios-response (exceptions) and https://www.twilio.com/docs/api/errors.
"""

from typing import Any


class ApiError(Exception):
    """A refusal in Twilio's shape.

    Raise it from handlers and state functions; what a synchronous handler wrote before is undone.
    """

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        headers: dict[str, str] | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}
        self.details = details

    def body(self) -> dict[str, Any]:
        """The JSON object that Twilio answers with."""
        body: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        return body if self.details is None else {**body, "details": self.details}


def not_found(what: str) -> ApiError:
    """404 with code 20404; `what` is the path or the SID that is not there."""
    return ApiError(404, 20404, f"The requested resource {what} was not found")


def missing_parameter(name: str) -> ApiError:
    """400 with code 20001: a required parameter was not sent."""
    return ApiError(400, 20001, f"Missing required parameter {name} in the post body")


def invalid_parameter(name: str, why: str) -> ApiError:
    """400 with code 20001: a parameter was sent that cannot be read."""
    return ApiError(400, 20001, f"Invalid parameter {name}: {why}")


def unauthenticated() -> ApiError:
    """401 with code 20003, as the API answers wrong or missing credentials."""
    return ApiError(401, 20003, "Authenticate", headers={"www-authenticate": 'Basic realm="Twilio API"'})


def method_not_allowed() -> ApiError:
    """405 with code 20004."""
    return ApiError(405, 20004, "Method not allowed")


def not_imitated(operation: str, method: str, host: str, path: str) -> ApiError:
    """501: Twilio has the operation, the emulator does not."""
    return ApiError(501, 20501, f"The emulator does not imitate {operation} ({method} https://{host}{path})")
