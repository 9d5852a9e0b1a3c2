"""The settings of everything that listens, the API and the page: each declared once, here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from emoclassify.declared import Names, Range, Setting, declarations, declare, read_environment


@dataclass(frozen=True, kw_only=True)
class ListenSettings:
    """What the API and the page share; every field is read from EMOCLASSIFY_<NAME>.

    Raises:
        UsageError: a value outside its range; the message names it.
    """

    allowed_hosts: Names = declare(
        (),
        Setting(
            help="Names under which API and page may be called, in any case, beside localhost and the address that "
            "they are bound to; at 0.0.0.0 or ::, also beside each address of this machine."
        ),
    )
    max_connections: int = declare(
        1000,
        Setting(
            help="Connections at once, to the API and to the page each; one more closes one that is idle.",
            range=Range(at_least=16),
        ),
    )
    connections_per_address: int = declare(
        200,
        Setting(
            help="The same for each address of a caller, of IPv6 each /64; behind a proxy, all callers have that of "
            "the proxy.",
            range=Range(at_least=8),
        ),
    )
    header_s: float = declare(
        10.0, Setting(help="Seconds in which a new connection has to send the headers of a call.", range=Range(above=0))
    )
    least_kb_per_s: float = declare(
        1.0,
        Setting(
            help="A call whose body arrives slower than this for 10 s is given up, and an answer of which nothing is "
            "read for 120 s.",
            range=Range(above=0),
        ),
    )

    def __post_init__(self) -> None:
        for setting in declarations(type(self), Setting):
            setting.check(getattr(self, setting.name), setting.variable)

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Settings from EMOCLASSIFY_<NAME>, else the defaults."""
        return cls(**read_environment(declarations(cls, Setting), environ))
