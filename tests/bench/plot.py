"""A picture of the results: small charts side by side, one for each scenario's first goal, and one for growth.  SVG made by
hand, so that nothing need be installed."""

from html import escape

from results import named, number
from sites import OURS, SERVERS

WIDTH, HEIGHT, GAP, COLUMNS = 440, 230, 24, 2
LABEL = 190
COLOURS = {OURS: "#1f6feb"}
OTHER = "#9aa4b2"
LINES = ("#1f6feb", "#d1572b", "#5a8f29", "#8250df")


def text(x, y, content, size=12, anchor="start", weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
            f'font-weight="{weight}">{escape(str(content))}</text>')


def bars(title, rows):
    """rows: (name of the server, its label, value)."""
    parts = [text(0, 16, title, 13, weight="bold")]
    most = max((value for *_, value in rows), default=0) or 1
    step = min(34, (HEIGHT - 40) / max(len(rows), 1))
    for i, (name, label, value) in enumerate(rows):
        y = 32 + i * step
        length = (WIDTH - LABEL - 70) * value / most
        parts.append(text(LABEL - 8, y + step * 0.6, label, 11, "end"))
        parts.append(f'<rect x="{LABEL}" y="{y:.1f}" width="{max(length, 1):.1f}" height="{step * 0.75:.1f}" '
                     f'fill="{COLOURS.get(name, OTHER)}"/>')
        parts.append(text(LABEL + length + 6, y + step * 0.6, number(value), 11))
    return "".join(parts)


def curves(title, series):
    """series: name of the server -> [(x, y), …]."""
    parts = [text(0, 16, title, 13, weight="bold")]
    points = [point for line in series.values() for point in line]
    if not points:
        return "".join(parts)
    x_most, y_most = max(x for x, _ in points), max(y for _, y in points) or 1
    left, top, width, height = 50, 32, WIDTH - 70, HEIGHT - 80

    def place(x, y):
        return left + width * x / x_most, top + height * (1 - y / y_most)

    parts.append(f'<path d="M{left} {top}V{top + height}H{left + width}" fill="none" stroke="#57606a"/>')
    parts += [text(left - 6, top + 8, number(y_most), 11, "end"), text(left - 6, top + height, "0", 11, "end"),
              text(left + width, top + height + 16, number(x_most), 11, "end")]
    for i, (name, line) in enumerate(series.items()):
        colour = LINES[i % len(LINES)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in line))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in (place(*p) for p in line)]
        x = left + i * 130 - 30
        parts.append(f'<rect x="{x}" y="{HEIGHT - 24}" width="10" height="10" fill="{colour}"/>')
        parts.append(text(x + 14, HEIGHT - 15, SERVERS[name].title, 11))
    return "".join(parts)


def main_metric(scenario):
    """The first that something is to be reached in."""
    return next((metric for metric in scenario.metrics if metric.goals and metric.goals[0].bound), scenario.metrics[0])


def better(metric):
    return "more is better" if any(goal.is_least for goal in metric.goals) else "less is better"


def charts(results, scenarios):
    for scenario in scenarios:
        servers = results.servers(scenario)
        metric = main_metric(scenario)
        if not servers:
            continue
        if scenario.variants:
            series = {name: [(int(variant), value) for variant in results.variants(scenario)
                             if (value := results.value(scenario, variant, name, metric)) is not None] for name in servers}
            yield curves(f"{scenario.name}: {metric.title}, by number of readers", series)
        else:
            rows = [(name, named(SERVERS[name].title, door), value) for door in scenario.doors or ("",)
                    for name in servers if (value := results.value(scenario, door, name, metric)) is not None]
            yield bars(f"{scenario.name}: {metric.title} ({better(metric)})", rows)


def plot(results, scenarios):
    drawn = list(charts(results, scenarios))
    rows = -(-len(drawn) // COLUMNS)
    width, height = COLUMNS * (WIDTH + GAP) + GAP, rows * (HEIGHT + GAP) + GAP
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
             'font-family="system-ui, sans-serif" fill="#1f2328">',
             f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
    for i, chart in enumerate(drawn):
        x, y = GAP + i % COLUMNS * (WIDTH + GAP), GAP + i // COLUMNS * (HEIGHT + GAP)
        parts.append(f'<g transform="translate({x} {y})">{chart}</g>')
    return "\n".join(parts + ["</svg>", ""])
