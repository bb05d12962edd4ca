"""A process that forks Jupyter kernels from itself, once it has imported what takes long to import.

Run as a program, by path, so that no module of a project is imported before a kernel runs; argument: the number of
the socket on which it is asked. A request is a line of JSON, {"argv", "cwd", "env"} and perhaps "stderr", a file; the
answer the kernel's process id. It ends, and its kernels with it, when the other end of the socket closes. Linux alone
(PR_SET_PDEATHSIG).
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys

# What a kernel itself imports, and what the cells of most books do. Left out is what looks for the running kernel when
# it is imported: matplotlib_inline, plotly.io.
IMPORTED = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "IPython.core.completer",
    "IPython.core.pylabtools",
    "jedi",
    "numpy.random",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "PIL.Image",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.WebPImagePlugin",
)
PR_SET_PDEATHSIG = 1


def main() -> None:
    channel = socket.socket(fileno=int(sys.argv[1]))
    for name in IMPORTED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no kernel stays behind as a zombie
    gc.collect()
    gc.freeze()  # what was imported is shared between the kernels for as long as nobody writes to it
    server = os.getpid()
    for line in channel.makefile("r", encoding="utf-8"):
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            channel.detach()
            become_kernel(request, server)
            return
        channel.sendall(f"{child}\n".encode())


def become_kernel(request: dict, server: int) -> None:
    """What this process has of its own, then Jupyter's program."""
    os.close(int(sys.argv[1]))
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        os._exit(1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if "stderr" in request:  # what Python itself says when it dies; what cells print goes elsewhere
        try:
            os.dup2(os.open(request["stderr"], os.O_WRONLY | os.O_APPEND), 2)
        except OSError:  # the render has been interrupted, and its files are gone
            os._exit(1)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    sys.argv = ["ipykernel_launcher", *request["argv"], f"--IPKernelApp.parent_handle={server}"]
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


if __name__ == "__main__":
    main()
