"""What the runs gave: medians, ratios, and the table.

A ratio is taken within each run, between two servers that were measured one right after the other, and the median of those is
shown: a machine that is slower for a minute does not change it.
"""

from statistics import median

from scenarios import DOORS, FLATNESS
from sites import OURS, SERVERS


class Results:
    def __init__(self):
        self._reports = {}  # (scenario, variant, server) -> [report of each run, None where it failed]

    def add(self, scenario, variant, server, report):
        self._reports.setdefault((scenario.name, variant, server), []).append(report)

    def reports(self, scenario, variant, server):
        return self._reports.get((scenario.name, variant, server), [])

    def servers(self, scenario):
        return [name for name in SERVERS if any(key[0] == scenario.name and key[2] == name for key in self._reports)]

    def variants(self, scenario):
        return [variant for name, variant, server in self._reports if name == scenario.name and server == OURS]

    def values(self, scenario, variant, server, metric):
        return [None if report is None else metric.value(report) for report in self.reports(scenario, variant, server)]

    def value(self, scenario, variant, server, metric):
        """The median, or None."""
        values = [value for value in self.values(scenario, variant, server, metric) if value is not None]
        return median(values) if values else None

    def worst(self, scenario, variant, server, metric):
        """For what must never happen, a median would hide it."""
        values = [value for value in self.values(scenario, variant, server, metric) if value is not None]
        return max(values) if values else None

    def ratio(self, scenario, variant, peer, metric):
        """Ours by the peer's, or by ours through the door of that name: the median over the runs, or None."""
        other = (peer, OURS) if peer in DOORS else (variant, peer)
        pairs = zip(self.values(scenario, variant, OURS, metric), self.values(scenario, *other, metric))
        ratios = [ours / theirs for ours, theirs in pairs if ours is not None and theirs]
        return median(ratios) if ratios else None

    def judge(self, scenario, variant, metric, goal):
        """(what it came to, whether that is enough), or None if it was not measured."""
        if goal.peer:
            value = self.ratio(scenario, variant, goal.peer, metric)
        elif goal.bound == 0:
            value = self.worst(scenario, variant, OURS, metric)
        else:
            value = self.value(scenario, variant, OURS, metric)
        return None if value is None else (value, goal.is_met(value))


def number(value):
    if value is None:
        return "–"
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.1g}"


def row(cells):
    return "| " + " | ".join(cells) + " |"


def named(what, door):
    return f"{what}, {DOORS[door]}" if door else what


def scenario_table(results, scenario):
    """A column for each server, or (T) for each door of each."""
    doors = scenario.doors or ("",)
    columns = [(door, name) for door in doors for name in results.servers(scenario) if results.reports(scenario, door, name)]
    lines = [f"### {scenario.name}, {scenario.title}", "",
             row(["", *(named(SERVERS[name].title, door) for door, name in columns), "to reach", "ours"]),
             row(["---"] + ["---:"] * len(columns) + ["---", "---"])]
    for metric in scenario.metrics:
        values = [number(results.value(scenario, door, name, metric)) for door, name in columns]
        judged = [(f"{door} {goal}".strip(), results.judge(scenario, door, metric, goal)) for goal in metric.goals
                  for door in goal.doors or doors]
        judged = [(words, verdict) for words, verdict in judged if verdict]
        lines.append(row([metric.title, *values, "; ".join(words for words, _ in judged),
                          "; ".join(f"{number(value)} {'✓' if is_met else '✗'}" for _, (value, is_met) in judged)]))
    runs = max(len(results.reports(scenario, door, name)) for door, name in columns)
    return lines + ["", f"Medians of {runs}." if runs > 1 else "One run.", ""]


def flatness(values):
    """By how much the largest exceeds the smallest, and whether that is flat."""
    values = [value for value in values if value]
    if not values:
        return ""
    spread = max(values) / min(values)
    return f"within {spread:.2f} {'✓' if spread <= FLATNESS else '✗'}"


def growth_table(results, scenario):
    """S7: a column for each number of readers, a row for each server."""
    servers, variants = results.servers(scenario), results.variants(scenario)
    lines = [f"### {scenario.name}, {scenario.title}", "",
             row(["readers", "", *variants, "to reach", "ours"]),
             row(["---", "---"] + ["---:"] * len(variants) + ["---", "---"])]
    for metric in scenario.metrics:
        for name in servers:
            values = [results.value(scenario, variant, name, metric) for variant in variants]
            is_judged = name == OURS and metric.must_be_flat
            lines.append(row([metric.title, SERVERS[name].title, *map(number, values),
                              f"within {FLATNESS}" if is_judged else "", flatness(values) if is_judged else ""]))
    return lines + [""]


def table(results, scenarios, notes):
    """The whole page, in Markdown."""
    lines = ["# The benchmark", "", *(f"- {note}" for note in notes), ""]
    for scenario in scenarios:
        if not results.servers(scenario):
            continue
        if scenario.variants:
            lines += growth_table(results, scenario)
        else:
            lines += scenario_table(results, scenario)
    return "\n".join(lines)
