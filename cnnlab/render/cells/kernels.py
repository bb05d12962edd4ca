"""Kernels for notebooks: forked from one process that has imported what is slow, or started as Jupyter does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, TypeVar

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

SERVER = Path(__file__).with_name("kernel_server.py")
NAME = "cnnlab-forked"
T = TypeVar("T")
INLINE = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}


class Server:
    """The process that kernels are forked from; it ends with this one, and takes its kernels along."""

    def __init__(self) -> None:
        self.channel, theirs = socket.socketpair()
        # -P: the folder of the program, whose modules are the renderer's, is no place to import from.
        command = [sys.executable, "-P", "-Xfrozen_modules=off", str(SERVER), str(theirs.fileno())]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
            env=os.environ | INLINE,
        )
        theirs.close()
        self.answers = self.channel.makefile("r", encoding="utf-8")
        self.lock = threading.Lock()

    def fork(self, request: dict) -> Kernel:
        """A new kernel. Raises OSError where the server is gone or the kernel died at once."""
        with self.lock:
            self.channel.sendall((json.dumps(request) + "\n").encode())
            answer = self.answers.readline()
        if not answer:
            raise OSError("the process that forks kernels has ended")
        return Kernel(int(answer))

    def kill(self) -> None:
        """End the process and its kernels at once, whatever they do."""
        self.process.kill()

    def close(self) -> None:
        self.answers.close()
        self.channel.close()
        self.process.wait()


class Kernel:
    """A forked kernel, with what jupyter_client asks of a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        self.pid = pid
        self.descriptor = os.pidfd_open(pid)

    def poll(self) -> int | None:
        if self.descriptor < 0:
            return 0
        if not select.select([self.descriptor], [], [], 0)[0]:
            return None
        os.close(self.descriptor)
        self.descriptor = -1
        return 0

    def wait(self) -> int:
        while self.poll() is None:
            select.select([self.descriptor], [], [])
        return 0

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.descriptor, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel by asking the server; in a process of its own where there is no server, or it has ended."""

    server: Server | None = None
    process: Any = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        if self.server is None:
            return await super().launch_kernel(cmd, **kwargs)
        request = {"argv": cmd[cmd.index("-f") :], "cwd": kwargs.get("cwd") or os.getcwd(), "env": kwargs["env"]}
        if "stderr" in kwargs:
            request["stderr"] = kwargs["stderr"].name
        try:
            self.process = await asyncio.to_thread(self.server.fork, request)
        except OSError:
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the end of the process, in shorter steps than a tenth of a second."""
        while await self.poll() is None:
            await asyncio.sleep(0.005)
        return await super().wait()


@contextlib.contextmanager
def forked() -> Iterator[None]:
    """Within this context Jupyter's kernels are forked, where the system can (Linux)."""
    if not hasattr(os, "pidfd_open") or not hasattr(signal, "pidfd_send_signal"):
        yield
        return
    factory = KernelProvisionerFactory.instance()
    group, value = KernelProvisionerFactory.GROUP_NAME, f"{__name__}:{ForkedProvisioner.__name__}"
    factory.provisioners[NAME] = EntryPoint(NAME, value, group)
    before, factory.default_provisioner_name = factory.default_provisioner_name, NAME
    ForkedProvisioner.server = server = Server()
    try:
        yield
    finally:
        ForkedProvisioner.server = None
        factory.default_provisioner_name = before
        server.close()


def run_aside(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread, so that Ctrl-C reaches this one at once: nbclient's own handling of the signal
    would stop a single kernel. The coroutine is cancelled then, and the kernels that it may wait for are ended."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(work)

    def run() -> T:
        try:
            return loop.run_until_complete(task)
        finally:
            for left in asyncio.all_tasks(loop):
                left.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    loop.run_until_complete(left)
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        ended = pool.submit(run)
        try:
            return ended.result()
        except KeyboardInterrupt:
            loop.call_soon_threadsafe(task.cancel)
            if ForkedProvisioner.server is not None:
                ForkedProvisioner.server.kill()
            raise
