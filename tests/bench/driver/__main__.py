"""Runs the benchmarks named on the command line. See tools/bench --help."""
import sys

import command_line
import runner

if __name__ == "__main__":
    options = command_line.read(sys.argv[1:], runner.names())
    if options.list:
        runner.print_list()
    elif not options.only_check:
        sys.exit(runner.run(options))
