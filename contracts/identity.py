"""Who asks: the identity that the gateway establishes and every service decides from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Role = Literal["guest", "author", "signatory", "administrator", "secretariat", "it-administrator", "service"]
ROLES: tuple[Role, ...] = get_args(Role)

Scope = Literal["read", "draft", "issue", "administer"]
SCOPES: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True, slots=True)
class Identity:
    """A role, the ExCB it is held for, the account behind it, and what its token may be used for.

    ``excb`` is the code of a body ("BAS") for the three ExCB roles, else None.
    ``account`` is the account's name, or the service's for the role ``service`` (a sweeper, a relay, an index).
    """

    role: Role
    excb: str | None = None
    account: str | None = None
    scopes: tuple[Scope, ...] = ("read",)

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"unknown role {self.role!r}; the roles are {', '.join(ROLES)}")
        if (self.excb is not None) != (self.role in ("author", "signatory", "administrator")):
            raise ValueError(f"role {self.role} {'is held for no' if self.excb else 'needs an'} ExCB")

    def may(self, scope: Scope) -> bool:
        """Whether the token behind this identity was given for such work."""
        return scope in self.scopes

    def to_wire(self) -> dict[str, Any]:
        return asdict(self) | {"scopes": list(self.scopes)}

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Identity:
        """Raises ValueError or KeyError for anything that is not an identity."""
        scopes = tuple(scope for scope in SCOPES if scope in wire.get("scopes", ()))
        return cls(wire["role"], wire.get("excb"), wire.get("account"), scopes)


GUEST = Identity("guest")


def service_identity(name: str) -> Identity:
    """The identity under which a service works on nobody's behalf."""
    return Identity("service", account=name, scopes=SCOPES)
