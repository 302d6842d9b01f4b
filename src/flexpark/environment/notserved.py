"""Settings and values that are known, but not served yet: refused by name, with what they will be for."""

NOT_SERVED = {
    "park.flex_ui": "switching the Flex UI's park feature",
}
"""`place` of a key, or `place=value` of a value."""
