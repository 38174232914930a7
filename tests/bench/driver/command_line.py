"""The options of tools/bench."""
import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]


def parser(names):
    parser = argparse.ArgumentParser(
        prog="tools/bench",
        description="Benchmarks of the release build, each figure beside its limit or its peer, "
                    "which is measured in the same run. Needs less than 10 minutes for all of them on "
                    "two cores that have nothing else to do.",
        epilog="Names: " + ", ".join(names) + "; all of them when none is given.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="what to measure")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--seconds", type=float, metavar="S",
                        help="length of the measured windows (default: 10 to 20, by benchmark)")
    parser.add_argument("--calls", type=int, metavar="N",
                        help="calls of media and far_end (1000), the most calls of scale and "
                             "clients of memory (5000)")
    parser.add_argument("--list", action="store_true", help="say what each name measures")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR",
                        help="keep the results and logs of the runs there")
    parser.add_argument("--binaries", type=pathlib.Path, default=ROOT / "build/release/bin",
                        help=argparse.SUPPRESS)
    parser.add_argument("--only-check", action="store_true", help=argparse.SUPPRESS)
    return parser


def refuse(message):
    print(f"tools/bench: {message}", file=sys.stderr)
    sys.exit(2)


def read(arguments, names):
    options = parser(names).parse_args(arguments)
    for name in options.names:
        if name not in names:
            refuse(f"no benchmark is called \"{name}\"; there are: {', '.join(names)}")
    if options.seconds is not None and options.seconds < 1:
        refuse("--seconds must be at least 1")
    if options.calls is not None and options.calls < 1:
        refuse("--calls must be at least 1")
    if options.json is not None and not options.json.parent.is_dir():
        refuse(f"--json: there is no folder {options.json.parent}")
    options.names = list(dict.fromkeys(options.names)) or list(names)
    return options
