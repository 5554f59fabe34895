"""Runners: who ages the shards. A loop, a pool of processes, or a Dask cluster.

A runner is one method wide, so that a site with another scheduler (Spark, Ray)
adds its own in four lines: `map(work, shards)` answers in the order of the
shards. `work` is a module-level function and a shard a plain record, so both
can be sent to another process or machine. All runners give the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from importlib import import_module
from multiprocessing import forkserver, get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import Literal, Protocol, TypeVar

from dunwell.core.refusal import Refusal

RunnerName = Literal["loop", "pool", "dask"]
RUNNERS: tuple[RunnerName, ...] = ("loop", "pool", "dask")

Shard = TypeVar("Shard")
Answer = TypeVar("Answer")


class NoDask(Refusal):
    """The Dask runner was asked for and Dask is not installed. Figures: extra."""

    code = "BULK-NO-DASK"


class UnknownRunner(Refusal):
    """A runner that is not in the list. Figures: value, allowed."""

    code = "BULK-RUNNER"


class Runner(Protocol):
    """Runs `work` on every shard; the answers come in the order of the shards."""

    workers: int
    """How many shards are worked on at a time."""

    def map(self, work: Callable[[Shard], Answer], shards: Sequence[Shard]) -> Iterator[Answer]: ...


class LoopRunner:
    """One shard after the other in this process; DuckDB uses all cores for each."""

    workers = 1

    def map(self, work: Callable[[Shard], Answer], shards: Sequence[Shard]) -> Iterator[Answer]:
        return map(work, shards)


class PoolRunner:
    """A pool of processes on this machine, one core each.

    Its fork server starts with the runner, so that it is ready when the shards are.
    """

    def __init__(self, *, workers: int | None = None) -> None:
        self.workers = workers or available_cores()
        # Never a plain fork: DuckDB's threads do not survive it. The fork server has no
        # threads of its own and imports the work, and the program, once for all workers.
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["__main__", "dunwell.bulk.shards"])
        forkserver.ensure_running()

    def map(self, work: Callable[[Shard], Answer], shards: Sequence[Shard]) -> Iterator[Answer]:
        with ProcessPoolExecutor(
            self.workers, mp_context=self._context, initializer=_end_with_parent
        ) as pool:
            yield from pool.map(work, shards)


def _end_with_parent() -> None:
    """In a worker: end when the process that started the pool was killed.

    A pool tells its workers to end; a killed one cannot, and they would wait for ever.
    """
    parent = parent_process()
    assert parent is not None

    def wait_for_its_end(sentinel: int) -> None:
        wait([sentinel])
        os._exit(1)

    Thread(target=wait_for_its_end, args=[parent.sentinel], daemon=True).start()


class DaskRunner:
    """A Dask cluster: the scheduler at `address`, or worker processes on this machine.

    With an address the shards and answers must lie on storage that all machines share.
    """

    def __init__(self, *, address: str | None = None, workers: int | None = None) -> None:
        self.address = address
        self.workers = workers or available_cores()

    def map(self, work: Callable[[Shard], Answer], shards: Sequence[Shard]) -> Iterator[Answer]:
        try:
            distributed = import_module("distributed")  # optional extra, and heavy to load
        except ImportError:
            raise NoDask(extra="dask") from None
        with ExitStack() as open_things:
            cluster = self.address or open_things.enter_context(
                distributed.LocalCluster(
                    n_workers=self.workers, threads_per_worker=1, dashboard_address=None
                )
            )
            client = open_things.enter_context(distributed.Client(cluster))
            yield from client.gather(client.map(work, shards, pure=False))


def runner_named(name: str, *, dask_address: str | None = None) -> Runner:
    """The runner that `--runner` names. Refuses (UnknownRunner) any other name."""
    if name == "loop":
        return LoopRunner()
    if name == "pool":
        return PoolRunner()
    if name == "dask":
        return DaskRunner(address=dask_address)
    raise UnknownRunner(value=name, allowed=list(RUNNERS))


def available_cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0))
