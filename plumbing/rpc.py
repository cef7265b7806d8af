"""RPC that keeps its promises: a deadline on every call, a signed identity, a cap for each target.

Built on nameko's own extension points. The server refuses what is malformed, unsigned or too late before it starts a
worker; refused messages go to the dead letters with the reason, and nothing that arrives can end the service. The
client raises Unavailable at the deadline. Requests and replies are transient and unconfirmed: deadlines and
idempotent methods cover their loss. A request is acknowledged after its reply was sent, so that a worker that dies
has its request delivered again.
"""

from __future__ import annotations

import inspect
import itertools
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import eventlet
from eventlet.event import Event
from eventlet.semaphore import Semaphore
from nameko.extensions import DependencyProvider, Entrypoint, SharedExtension

from contracts.errors import DeadlineExceeded, MalformedCall, RegisterError, TooLarge, Unavailable
from contracts.identity import Identity
from plumbing import metrics, topology, wire
from plumbing.context import Call, CallContext, context_of, new_context
from plumbing.link import Link, Message
from plumbing.logs import log

__all__ = ["Call", "RpcClient", "RpcServer", "rpc"]

PING = "ping"
# Under load a place is free within milliseconds; behind a target that hangs nobody shall wait for one for long.
PLACE_WITHIN = 1.0
Method = TypeVar("Method", bound=Callable[..., Any])


class RpcServer(SharedExtension):  # type: ignore[misc]
    """Takes the requests of one service from its queue and gives each to the method it names."""

    link = Link()

    def __init__(self) -> None:
        self.methods: dict[str, Rpc] = {}
        self._held = False

    def hold(self) -> None:
        """Takes no requests before ``release``: other replicas have them. Call it during set-up."""
        self._held = True

    def release(self) -> None:
        self._held = False
        self.link.release()

    def setup(self) -> None:
        service = self.container.service_name
        declare = partial(topology.declare_rpc_queue, service=service)
        self.link.consume(declare, self.handle_message, self.container.max_workers, lambda: self._held)

    def handle_message(self, message: Message) -> None:
        """Must never raise: it runs in the link's reader."""
        if self.link.draining:
            return
        service = self.container.service_name
        try:
            request = wire.read_request(self.container.config["settings"].identity_key, service, message)
        except wire.Refused as refusal:
            metrics.refused.labels(service).inc()
            # Not here: the confirmation of the dead letter comes through this very greenlet.
            eventlet.spawn_n(self.link.dead_letter, message, f"rpc.{service}", str(refusal))
            return
        method = self.methods.get(request.method)
        problem = _problem(service, request, method)
        if method is None or problem is not None:
            self.reply(message, request, {} if request.method == PING else None, problem, time.monotonic())
        elif self.container._worker_pool.free() > 0:  # noqa: SLF001 - nameko shows it in no other way
            method.work(message, request)
        else:
            # A full pool must not stop the reader: the replies that the workers wait for come through it.
            eventlet.spawn_n(method.work, message, request)

    def reply(
        self, message: Message, request: wire.Request, result: Any, error: BaseException | None, started: float
    ) -> tuple[Any, Any]:
        """Sends the reply, then acknowledges the request."""
        try:
            body = wire.reply_of(result, error)
        except (TypeError, ValueError, TooLarge) as fault:
            error = fault
            body = wire.reply_of(None, fault)
        self._log(request, error, time.monotonic() - started)
        try:
            self.link.publish("", request.reply_to, body, correlation_id=request.correlation_id, delivery_mode=1)
        except Unavailable:
            log.info("reply not sent: no connection", call_id=request.context.call_id)
        self.link.acknowledge(message)
        return result, None

    def _log(self, request: wire.Request, error: BaseException | None, seconds: float) -> None:
        service, identity = self.container.service_name, request.context.identity
        outcome = "ok" if error is None else error.code if isinstance(error, RegisterError) else "fault"
        metrics.calls.labels(service, request.method, outcome).observe(seconds)
        write = log.error if outcome == "fault" else log.info
        write(
            "call",
            service=service,
            method=request.method,
            outcome=outcome,
            milliseconds=round(seconds * 1000, 1),
            call_id=request.context.call_id,
            role=identity.role,
            excb=identity.excb,
            **({"exc_info": error} if outcome == "fault" else {}),
        )


def _problem(service: str, request: wire.Request, method: Rpc | None) -> RegisterError | None:
    if request.method == PING:
        return None
    if method is None:
        return MalformedCall(f"{service} has no method {request.method}.")
    return method.misfit(request.arguments)


class Rpc(Entrypoint):  # type: ignore[misc]
    """Makes a method of a service callable by name, with keyword arguments that are JSON values."""

    server = RpcServer()

    def setup(self) -> None:
        self.server.methods[self.method_name] = self
        function = getattr(self.container.service_cls, self.method_name)
        parameters = list(inspect.signature(function).parameters.values())[1:]
        self._known = {parameter.name for parameter in parameters}
        self._required = {parameter.name for parameter in parameters if parameter.default is parameter.empty}

    def stop(self) -> None:
        self.server.link.stop_consuming()

    def misfit(self, arguments: dict[str, Any]) -> RegisterError | None:
        """What is wrong with the names of the arguments, if anything."""
        if self._required <= arguments.keys() <= self._known:
            return None
        names = ", ".join(sorted(self._required - arguments.keys()) or sorted(arguments.keys() - self._known))
        return MalformedCall(f"{self.method_name} is called with arguments missing or unknown: {names}.")

    def work(self, message: Message, request: wire.Request) -> None:
        started = time.monotonic()
        if request.context.remaining() <= 0:
            self.server.reply(message, request, None, DeadlineExceeded(), started)
            return

        def handle_result(_worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            return self.server.reply(message, request, result, exc_info[1] if exc_info else None, started)

        self.container.spawn_worker(
            self, (), request.arguments, context_data={"context": request.context}, handle_result=handle_result
        )


def rpc(method: Method) -> Method:
    """Makes this method of a service callable by RPC."""
    decorated: Method = Rpc.decorator(method)
    return decorated


class RpcCaller(SharedExtension):  # type: ignore[misc]
    """The calls in flight of one container: one reply queue for all of them, one cap for each target."""

    link = Link()

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._waiting: dict[str, Event] = {}
        self._places: defaultdict[str, Semaphore] = defaultdict(self._new_places)

    def setup(self) -> None:
        self.link.on_reply = self._on_reply
        self.link.on_return = self._on_return
        self.link.on_lost = self._on_lost
        self._key = self.container.config["settings"].identity_key

    def _new_places(self) -> Semaphore:
        # A target that hangs may hold most of our workers, never all of them.
        return Semaphore(max(1, self.container.max_workers * 3 // 4))

    def call(self, target: str, method: str, arguments: dict[str, Any], context: CallContext) -> Any:
        """The result of ``target.method(**arguments)``. Raises Unavailable at the deadline, or the target's error."""
        remaining = context.remaining()
        if remaining <= 0:
            raise DeadlineExceeded
        body = wire.encode(arguments)
        if not self._places[target].acquire(timeout=min(remaining, PLACE_WITHIN)):
            raise Unavailable(f"The {target} service has too many calls to answer; try again soon.")
        try:
            return self._call_in_place(target, method, body, context)
        finally:
            self._places[target].release()

    def _call_in_place(self, target: str, method: str, body: bytes, context: CallContext) -> Any:
        headers = wire.request_headers(self._key, target, method, body, context)
        correlation_id = str(next(self._ids))
        answer = self._waiting[correlation_id] = Event()
        try:
            late = Unavailable(f"The {target} service did not answer in time; try again soon.")
            with eventlet.Timeout(max(context.remaining(), 0), late):
                self._publish(target, body, headers, correlation_id, context.remaining())
                reply = answer.wait()
        finally:
            self._waiting.pop(correlation_id, None)
        return wire.read_reply(reply)

    def _publish(
        self, target: str, body: bytes, headers: dict[str, Any], correlation_id: str, remaining: float
    ) -> None:
        self.link.wait_up(min(remaining, 2.0))
        self.link.publish(
            topology.RPC,
            target,
            body,
            mandatory=True,
            headers=headers,
            correlation_id=correlation_id,
            reply_to=self.link.reply_queue,
            # The broker drops what nobody took in time.
            expiration=str(max(1, int(remaining * 1000))),
            delivery_mode=1,
        )

    def _on_reply(self, message: Message) -> None:
        waiting = self._waiting.pop(message.properties.get("correlation_id") or "", None)
        if waiting is not None:
            waiting.send(message.body)

    def _on_return(self, message: Message) -> None:
        """Nobody has ever declared the target's queue: say so at once instead of at the deadline."""
        self._fail(
            message.properties.get("correlation_id") or "", "There is no such service at the moment; try again soon."
        )

    def _on_lost(self) -> None:
        for correlation_id in list(self._waiting):
            self._fail(correlation_id, "The connection to the message broker was lost; try again soon.")

    def _fail(self, correlation_id: str, text: str) -> None:
        waiting = self._waiting.pop(correlation_id, None)
        if waiting is not None:
            waiting.send_exception(Unavailable(text))


class RpcClient(DependencyProvider):  # type: ignore[misc]
    """Another service: ``self.numbering.allocate(series=…)`` on behalf of the worker's caller, within its deadline."""

    caller = RpcCaller()

    def __init__(self, target: str) -> None:
        self.target = target

    def get_dependency(self, worker_ctx: Any) -> Target:
        return Target(self.caller, self.target, context_of(worker_ctx))


class Target:
    """A service as seen by one caller; each attribute is a method of it."""

    def __init__(self, caller: RpcCaller, name: str, context: CallContext) -> None:
        self._caller, self._name, self._context = caller, name, context

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            return self._caller.call(self._name, method, arguments, self._context)

        return call

    def acting_for(self, identity: Identity, deadline_seconds: float, call_id: str | None = None) -> Target:
        """The same service on behalf of ``identity``: for the gateway, which establishes who asks."""
        return Target(self._caller, self._name, new_context(identity, deadline_seconds, call_id))
