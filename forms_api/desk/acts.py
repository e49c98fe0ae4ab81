"""Lists every act of the desk: what a button says, who may press it, what it does, how the audit trail calls it."""

from collections.abc import Callable

from forms_api.desk import handling, publishing, sight, tasks
from forms_api.desk.acting import Act

Right = Callable[..., bool]
ACTS: dict[str, tuple[Right, Callable[[Act], None], str]] = {
    "answer": (sight.may_handle, handling.answer, "answered"),
    "extend": (sight.may_handle, handling.extend, "extended"),
    "hand_up": (sight.may_handle, handling.hand_up, "moved"),
    "hand_over": (sight.may_handle, handling.hand_over, "transferred"),
    "refer": (sight.may_handle, handling.refer, "referred"),
    "merge": (sight.may_handle, handling.merge, "merged"),
    "assign": (sight.may_handle, handling.assign, "assigned"),
    "remember": (sight.may_see, handling.remember, "noted"),
    "urge": (sight.may_urge, handling.urge, "urged"),
    "pass_on": (sight.may_handle, tasks.give, "passed_on"),
    "draft": (sight.may_handle, publishing.draft, "drafted"),
    "approve": (sight.may_approve, publishing.approve, "approved"),
    "withhold": (sight.may_handle, publishing.withhold, "withheld"),
}
