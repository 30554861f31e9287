"""Error statuses that nginx treats on its own: no page can be answered with them."""

from __future__ import annotations

AS_400 = (494, 495, 496, 497)
"""What nginx calls its own errors of headers that are too large and of TLS: the client gets 400."""

_CLOSES = "nginx closes the connection without an answer"
NOT_ANSWERED = {408: _CLOSES, 444: _CLOSES, **dict.fromkeys(AS_400, "nginx answers 400 instead"), 499: _CLOSES}
"""The statuses, each with what nginx does in place of it. With 499 it does not even start."""
