"""python entered.py FILE COMMAND…: run the command `cnnlab COMMAND…` and add to FILE a line for each definition of the
package that is entered, "module:name", also by the processes that it forks."""

import sys
import threading
from pathlib import Path

import cnnlab
from cnnlab import cli

ROOT = str(Path(cnnlab.__file__).parents[1]) + "/"


def recorder(path: str):
    seen = set()

    def profile(frame, event, _argument):
        code = frame.f_code
        if event != "call" or code in seen:
            return
        seen.add(code)
        if code.co_filename.startswith(f"{ROOT}cnnlab/"):
            module = code.co_filename.removeprefix(ROOT).removesuffix(".py").replace("/", ".")
            with open(path, "a", encoding="utf-8") as file:  # a line is written in one piece: processes do not mix
                file.write(f"{module}:{code.co_qualname.partition('.')[0]}\n")

    return profile


if __name__ == "__main__":
    profile = recorder(sys.argv[1])
    threading.setprofile(profile)
    sys.setprofile(profile)
    sys.exit(cli.main(sys.argv[2:]))
