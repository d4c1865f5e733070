"""A double of the vendor's Metrics API, made from the vendor's own description of it.

It shares no code with Reporter and imports nothing from it: what it counts, how it reads requests
and how it writes results was written a second time, from the vendor's side. It is a real HTTP
server on a real port, and it posts results to real callback URLs.

Where the description leaves open how the vendor behaves, a ``Behaviour`` says which way.
"""

from vendor_double.access import Credentials
from vendor_double.behaviour import AS_DOCUMENTED, Behaviour
from vendor_double.records import Call, Message, calls_of_csv, calls_of_json_lines
from vendor_double.server import Double, Received

__all__ = [
    "AS_DOCUMENTED",
    "Behaviour",
    "Call",
    "Credentials",
    "Double",
    "Message",
    "Received",
    "calls_of_csv",
    "calls_of_json_lines",
]
