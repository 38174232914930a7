"""`janus-harness validate` as its users see it: file:line:column, what is wrong, exit codes.

Every broken scenario in tests/golden/scenario has its messages beside it; the texts themselves are
tested there. Here the real program runs: what it prints, where, and how it ends.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

HARNESS = sys.argv[1]
ROOT = pathlib.Path(__file__).resolve().parents[3]
BROKEN = sorted((ROOT / "tests" / "golden" / "scenario").glob("*.json"))
SHIPPED = sorted((ROOT / "scenarios").rglob("*.json"))
MESSAGE = re.compile(r"^(?P<file>[^:]+):(?P<line>[1-9]\d*):(?P<column>[1-9]\d*): (?P<text>.+)$")


def validate(*files, cwd=None):
    done = subprocess.run([HARNESS, "validate", *map(str, files)], cwd=cwd, timeout=30,
                          capture_output=True, check=False)
    return (done.returncode, done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"))


def expected_lines(scenario):
    text = scenario.with_suffix(".expected").read_text("utf-8")
    return [line for line in text.splitlines() if line]


def check_broken(scenario):
    code, out, err = validate(scenario.name, cwd=scenario.parent)
    assert code == 2, f"{scenario.name}: exit code {code}, not 2\n{out}{err}"
    assert out == "", f"{scenario.name}: messages belong on standard error, found\n{out}"
    lines = err.splitlines()
    wanted = expected_lines(scenario)
    assert lines[:len(wanted)] == wanted, f"{scenario.name}: printed\n{err}"
    content = scenario.read_bytes().splitlines()
    for line in wanted:
        match = MESSAGE.match(line)
        assert match, f"{scenario.name}: no file:line:column: in {line!r}"
        assert match["file"] == scenario.name
        # The place exists: one behind the end of a line, or of the file, is still a place.
        assert int(match["line"]) <= len(content) + 1, line
        if int(match["line"]) <= len(content):
            assert int(match["column"]) <= len(content[int(match["line"]) - 1]) + 1, line


def check_all_broken():
    assert len(BROKEN) >= 20, f"only {len(BROKEN)} kinds of broken scenario"
    for scenario in BROKEN:
        check_broken(scenario)
    print(f"{len(BROKEN)} broken scenarios: each with file:line:column and exit code 2")


def check_shipped():
    shipped = [path for path in SHIPPED if not path.name.endswith(".schema.json")]
    assert len(shipped) >= 10, shipped
    code, out, err = validate(*shipped)
    assert code == 0, f"shipped scenarios: exit code {code}\n{out}{err}"
    assert err == "", err
    print(f"{len(shipped)} shipped scenarios are valid")


def check_several_files():
    """One bad file among good ones: exit code 2, and only the bad one is complained about."""
    good = ROOT / "scenarios" / "load" / "outgoing_call.json"
    code, _, err = validate(good, BROKEN[0], good)
    assert code == 2, code
    assert BROKEN[0].name in err and good.name not in err, err


def check_paths():
    """The file is named as the user named it, so that editors find it."""
    code, _, err = validate(BROKEN[0])
    assert code == 2 and err.startswith(f"{BROKEN[0]}:"), err
    with tempfile.TemporaryDirectory() as folder:
        missing = pathlib.Path(folder, "no such file.json")
        code, _, err = validate(missing)
        assert code == 2 and str(missing) in err, err
        code, _, err = validate(folder)
        assert code == 2 and folder in err, err
    code, _, err = validate()
    assert code == 2 and err, "without a file"


def check_hostile_files():
    """Whatever the file holds, the answer is a message and exit code 2, never a crash."""
    contents = {
        "empty": b"", "nul": b"\0" * 4096, "deep": b"[" * 100_000, "deep_objects": b'{"a":' * 50_000,
        "long_line": b'{"name":"' + b"x" * 1_000_000, "latin1": b'{"name":"\xe9"}',
        "bom": b"\xef\xbb\xbf{}", "number": b'{"name": 1e999999999}',
        "surrogate": b'{"name":"\\ud800"}',
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, content in contents.items():
            path = pathlib.Path(folder, name + ".json")
            path.write_bytes(content)
            code, _, err = validate(path)
            assert code == 2, f"{name}: exit code {code}\n{err[:500]}"
            assert MESSAGE.match(err.splitlines()[0]), f"{name}: {err[:500]}"
    print(f"{len(contents)} hostile files: each refused with a message")


def check_run_refuses():
    """`run` says the same before it starts anything."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "out")
        done = subprocess.run([HARNESS, "run", BROKEN[0].name, "--out", str(out)],
                              cwd=BROKEN[0].parent, timeout=30, capture_output=True, check=False)
        assert done.returncode == 2, done
        assert expected_lines(BROKEN[0])[0] in done.stderr.decode(), done
        assert not out.exists(), "a folder was made for a run that never began"


if __name__ == "__main__":
    check_all_broken()
    check_shipped()
    check_several_files()
    check_paths()
    check_hostile_files()
    check_run_refuses()
