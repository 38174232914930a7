"""One figure of a benchmark with what stands beside it."""
import dataclasses
from typing import Optional


def ratio(value, reference):
    """value / reference, or None where either is not known or the reference is 0."""
    if value is None or not reference:
        return None
    return value / reference


def growth(low, high, low_count, high_count):
    """What each of the clients between low_count and high_count added."""
    if low is None or high is None or high_count <= low_count:
        return None
    return (high - low) / (high_count - low_count)


def within(value, at_most, at_least):
    """Whether value keeps both limits; None where it is not known or there is no limit."""
    if value is None or (at_most is None and at_least is None):
        return None
    return (at_most is None or value <= at_most) and (at_least is None or value >= at_least)


@dataclasses.dataclass
class Figure:
    """A figure without a value says in `reason` why there is none, and one that is not valid why it
    proves nothing (the generator was late, calls failed)."""
    name: str
    value: Optional[float]
    unit: str
    beside: str = ""                   # what the reference is
    reference: Optional[float] = None  # in the same unit
    at_most: Optional[float] = None
    at_least: Optional[float] = None
    ratio_at_most: Optional[float] = None
    reason: str = ""
    valid: bool = True

    def ratio(self):
        return ratio(self.value, self.reference)

    def known(self):
        """Whether it and what stands beside it were measured."""
        return self.value is not None and (not self.beside or self.reference is not None)

    def met(self):
        verdicts = [within(self.value, self.at_most, self.at_least),
                    within(self.ratio(), self.ratio_at_most, None)]
        known = [verdict for verdict in verdicts if verdict is not None]
        if not known:
            return None
        return self.valid and all(known) and not self.missing()

    def missing(self):
        """A target asks for what could not be measured."""
        wants_value = self.at_most is not None or self.at_least is not None
        return ((wants_value and self.value is None)
                or (self.ratio_at_most is not None and self.ratio() is None))

    def as_json(self):
        written = {"name": self.name, "value": self.value, "unit": self.unit}
        if self.beside:
            written |= {"beside": self.beside, "reference": self.reference, "ratio": self.ratio()}
        targets = {"at_most": self.at_most, "at_least": self.at_least,
                   "ratio_at_most": self.ratio_at_most}
        targets = {name: target for name, target in targets.items() if target is not None}
        if targets:
            written |= {"target": targets, "met": self.met()}
        if not self.valid:
            written["valid"] = False
        if self.reason:
            written["reason"] = self.reason
        return written
