"""The functionConfig as pydantic models: the one source of fields, defaults and limits."""
