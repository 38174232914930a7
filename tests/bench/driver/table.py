"""The printed table."""


def number(value):
    """Three significant digits, thousands apart."""
    if value is None:
        return "-"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def beside(figure):
    if not figure.beside:
        return ""
    return f"{figure.beside} {number(figure.reference)}"


def targets(figure):
    wanted = []
    if figure.at_most is not None:
        wanted.append(f"<= {number(figure.at_most)}")
    if figure.at_least is not None:
        wanted.append(f">= {number(figure.at_least)}")
    if figure.ratio_at_most is not None:
        wanted.append(f"<= {number(figure.ratio_at_most)}x")
    if not wanted:
        return "" if figure.valid else "INVALID"
    verdict = {True: "met", False: "NOT MET", None: "unknown"}[figure.met()]
    if not figure.valid:
        verdict = "INVALID"
    return ", ".join(wanted) + ": " + verdict


def cells(figure):
    ratio = figure.ratio()
    return (figure.name, f"{number(figure.value)} {figure.unit}".strip(), beside(figure),
            "" if ratio is None else f"{number(ratio)}x", targets(figure))


HEAD = ("", "figure", "beside", "ratio", "target")


def lines(figures):
    """The table's lines; a figure without a value is followed by the reason."""
    rows = [HEAD] + [cells(figure) for figure in figures]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    yield format_row(rows[0], widths)
    for figure, row in zip(figures, rows[1:]):
        yield format_row(row, widths)
        if figure.reason:
            yield f"    {figure.reason}"


def format_row(row, widths):
    name, value, reference, ratio, target = row
    return (f"  {name:<{widths[0]}}  {value:>{widths[1]}}  {reference:<{widths[2]}}  "
            f"{ratio:>{widths[3]}}  {target}").rstrip()
