"""What exact loss means in a run's results."""

from harness_support import DIRECTIONS, check, check_equal


def check_loss(run, name, lossy, dropped, calls):
    """`dropped` packets lost in direction `lossy`, none in the other; each call adds up."""
    result = run.result
    check_equal(result["calls"]["completed"], calls, f"{name}: calls completed")
    for direction in DIRECTIONS:
        audio, place = result["audio"][direction], f"{name}: {direction}"
        wanted = dropped if direction == lossy else 0
        check_equal(audio["streams"], calls, f"{place}: streams that count")
        check_equal(audio["lost"], wanted, f"{place}: lost")
        check_equal(audio["sent"] - audio["received"], wanted, f"{place}: sent - received")
        check_equal(audio["duplicated"], 0, f"{place}: duplicated")
        check_equal(sum(int(row[f"{direction}_lost"]) for row in run.calls), wanted,
                    f"{place}: lost in calls.csv")
        check(abs(audio["loss_ratio"] - wanted / audio["sent"]) < 1e-9, f"{place}: loss_ratio",
              audio["loss_ratio"])
    audio = result["audio"][lossy]
    print(f"{name}: {audio['lost']} of {audio['sent']} lost {lossy.replace('_', ' ')}, "
          f"the rule dropped {dropped}")
