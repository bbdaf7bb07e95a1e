"""The scenarios of issues 3 (S) and 4 (T), and what is to be reached: all that is data.

A scenario is a row of words for the load generator, the servers it is run against, and metrics.  A metric is a name, how to
find its value in the generator's report, and its goals: `at_most(1.2, "holder")` is a ratio to a peer in the same run,
`at_most(10)` a value.  Where readers listen by several doors, one after the other, each is compared with the same door of the
peer; `at_most(1.3, "poll", ("ws",))` is a ratio to our own long poll, for the WebSocket only.
"""

from dataclasses import dataclass, field, replace

# The load generator's `transport`, and what it is called.
DOORS = {"poll": "long poll", "stream": "event stream", "ws": "WebSocket"}


@dataclass(frozen=True)
class Goal:
    bound: float
    is_least: bool
    peer: str = None  # None: the bound is a value, else a ratio to this peer's, or to ours by this door
    doors: tuple = ()  # for these only

    def __str__(self):
        sign = "≥" if self.is_least else "≤"
        return f"{sign} {self.bound:g}" + (f" × {self.peer}" if self.peer else "")

    def is_met(self, value):
        return value >= self.bound if self.is_least else value <= self.bound


def at_most(bound, peer=None, doors=()):
    return Goal(bound, False, peer, doors)


def at_least(bound, peer=None, doors=()):
    return Goal(bound, True, peer, doors)


@dataclass(frozen=True)
class Metric:
    title: str
    value: object  # a function of the report; None if the report has no such thing
    goals: tuple = ()
    must_be_flat: bool = False  # S7


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    words: dict
    metrics: tuple
    peers: tuple = ()
    variants: dict = field(default_factory=dict)  # further words by the name of the variant; {} is one without a name
    doors: tuple = ()  # T: each is a variant, and all are in one table


# --- values in a report ------------------------------------------------------------------------------------------------

def at(*path):
    def value(report):
        for key in path:
            report = report.get(key)
            if report is None:
                return None
        return report
    return value


def cpu_s(report, *groups):
    return sum(cost["user_s"] + cost["system_s"] for name, cost in report["cost"].items() if not groups or name in groups)


def has_any(report, groups):
    return not groups or any(name in report["cost"] for name in groups)


def cpu_per_100k(*groups):
    """CPU seconds of the servers (or of these) for 100 000 deliveries."""
    def value(report):
        if not report["deliveries"] or not has_any(report, groups):
            return None
        return cpu_s(report, *groups) / report["deliveries"] * 100_000
    return value


def memory_per_held(*groups):
    """KB that each held request added, in the servers (or in these)."""
    def value(report):
        if not report["readers"] or not has_any(report, groups):
            return None
        return sum(cost["held"]["pss_kb"] - cost["start"]["pss_kb"] for name, cost in report["cost"].items()
                   if not groups or name in groups) / report["readers"]
    return value


def per_delivery(what):
    def value(report):
        return report[what] / report["deliveries"] if report["deliveries"] else None
    return value


def wrong(report):
    return sum(report[what] for what in ("lost", "doubled", "reordered", "strange"))


NOTHING_WRONG = Metric("lost + doubled + reordered", wrong, (at_most(0),))
GENERATOR = Metric("the load generator itself, share of a core", lambda report: report["own_cpu_s"] / report["seconds"])
LAST_READER = "the last reader has it, ms"
CPU = "CPU s per 100 000 deliveries"
PUSHED = ("stream", "ws")
TO_READER = Metric("bytes to a reader for each message", per_delivery("bytes_read"))
FROM_READER = Metric("bytes from a reader for each message", per_delivery("bytes_sent"))
ENDED = Metric("connections that broke or were ended", lambda report: report["broken"] + report["ended"], (at_most(0),))

# --- the table ---------------------------------------------------------------------------------------------------------

SCENARIOS = (
    Scenario(
        "S1", "fan-out: one room, 10 000 held polls, a post a second",
        {"readers": 10_000, "pace": 1, "seconds": 15, "probe": 1},
        (Metric(LAST_READER, at("last_told_ms", "p50"), (at_most(1.2, "holder"), at_most(1.6, "nchan"))),
         Metric("all readers, p50 ms", at("told_ms", "p50")),
         Metric("another request meanwhile, p50 ms", at("probe_herd_ms", "p50")),
         Metric("another request meanwhile, p99 ms", at("probe_herd_ms", "p99"), (at_most(10),)),
         Metric(CPU, cpu_per_100k(), (at_most(1.2, "holder"), at_most(0.1, "chatdemo"))),
         Metric("… of nginx", cpu_per_100k("nginx")),
         Metric("… of the workers", cpu_per_100k("workers")),
         Metric("… of Redis", cpu_per_100k("redis")),
         NOTHING_WRONG),
        ("holder", "nchan", "chatdemo")),
    Scenario(
        "S2", "firehose: one room, 100 readers, 4 posters who post again as soon as answered",
        {"readers": 100, "posters": 4, "pace": "answered", "seconds": 10},
        (Metric("deliveries/s", at("deliveries_per_s"), (at_least(200_000),)),
         Metric("posts/s", at("posts_per_s"), (at_least(2_000),)),
         Metric("told, p50 ms", at("told_ms", "p50")),
         Metric("told, p99 ms", at("told_ms", "p99")),
         Metric(CPU, cpu_per_100k(), (at_most(0.6, "nchan-kept"),)),
         Metric("lost", at("lost"), (at_most(0),)),
         Metric("doubled", at("doubled"), (at_most(0),)),
         Metric("reordered", at("reordered"), (at_most(0),)),
         Metric("replies that said `gap`", at("gaps")),
         GENERATOR),
        ("holder", "nchan", "nchan-kept", "chatdemo")),
    Scenario(
        "S3", "many rooms: 1 000 rooms × 5 readers, 500 posts/s",
        {"rooms": 1_000, "readers": 5_000, "posters": 16, "pace": 500, "seconds": 10},
        (Metric("told, p50 ms", at("told_ms", "p50")),
         Metric("told, p99 ms", at("told_ms", "p99"), (at_most(1.1, "nchan"),)),
         Metric(CPU, cpu_per_100k()),
         NOTHING_WRONG),
        ("holder", "nchan")),
    Scenario(
        "S4", "one reader, one post at a time",
        {"readers": 1, "pace": "told", "seconds": 5},
        (Metric("told, p50 ms", at("told_ms", "p50"), (at_most(0.75, "nchan"), at_most(0.5, "chatdemo"))),
         Metric("told, p99 ms", at("told_ms", "p99")),
         NOTHING_WRONG),
        ("holder", "nchan", "chatdemo")),
    Scenario(
        "S5", "posts alone, 64 connections",
        {"posters": 64, "pace": "answered", "seconds": 8},
        (Metric("posts/s", at("posts_per_s"), (at_least(0.6, "echo"),)),
         Metric("answered, p50 ms", at("post_ms", "p50")),
         Metric("answered, p99 ms", at("post_ms", "p99")),
         Metric("posts that failed", at("posts_failed"), (at_most(0),)),
         GENERATOR),
        ("echo", "static", "nchan", "chatdemo")),
    Scenario(
        "S6", "memory at 10 000 held (proportional set size; growth since nobody was there)",
        {"readers": 10_000, "pace": 1, "seconds": 1},
        (Metric("worker, KB each", memory_per_held("workers"), (at_most(0.5),)),
         Metric("nginx, KB each", memory_per_held("nginx")),
         Metric("Redis, KB each", memory_per_held("redis")),
         Metric("all together, KB each", memory_per_held(), (at_most(11),)),
         NOTHING_WRONG),
        ("holder", "nchan", "chatdemo")),
    Scenario(
        "S7", "growth: S1 with more and more readers; per reader, it stays within 1.3",
        {"pace": 1, "seconds": 8},
        (Metric(LAST_READER, at("last_told_ms", "p50")),
         Metric("… for each reader, µs", lambda report: at("last_told_ms", "p50")(report) / report["readers"] * 1000,
                must_be_flat=True),
         Metric(CPU, cpu_per_100k(), must_be_flat=True),
         NOTHING_WRONG),
        ("holder", "nchan"),
        {str(readers): {"readers": readers} for readers in (1_000, 2_000, 5_000, 10_000, 20_000)}),
    Scenario(
        "T1", "the doors: one room, 5 000 readers, a post a second",
        {"readers": 5_000, "pace": 1, "seconds": 10, "probe": 1},
        (Metric(LAST_READER, at("last_told_ms", "p50"),
                (at_most(120, doors=("stream",)), at_most(200, doors=("ws",)), at_most(1.3, "nchan", PUSHED))),
         Metric("all readers, p50 ms", at("told_ms", "p50")),
         Metric("another request meanwhile, p99 ms", at("probe_herd_ms", "p99")),
         Metric(CPU, cpu_per_100k()),
         Metric("… of nginx", cpu_per_100k("nginx")),
         Metric("… of the workers", cpu_per_100k("workers")),
         Metric("… of the gateways", cpu_per_100k("gateways")),
         Metric("… of Redis", cpu_per_100k("redis")),
         TO_READER, FROM_READER, ENDED, NOTHING_WRONG),
        ("nchan",), doors=("poll", "stream", "ws")),
    Scenario(
        "T2", "the doors: memory at 5 000 readers (proportional set size; growth since nobody was there)",
        {"readers": 5_000, "pace": 1, "seconds": 1},
        (Metric("worker, KB each", memory_per_held("workers"), (at_most(1, doors=("stream",)),)),
         Metric("gateway, KB each", memory_per_held("gateways"), (at_most(3, doors=("ws",)),)),
         Metric("nginx, KB each", memory_per_held("nginx")),
         Metric("Redis, KB each", memory_per_held("redis")),
         Metric("all together, KB each", memory_per_held()),
         ENDED, NOTHING_WRONG),
        ("nchan",), doors=("poll", "stream", "ws")),
    Scenario(
        "T3", "the doors: one reader, one post at a time",
        {"readers": 1, "pace": "told", "seconds": 5},
        (Metric("told, p50 ms", at("told_ms", "p50"), (at_most(1.3, "poll", PUSHED), at_most(0.9, "nchan", PUSHED))),
         Metric("told, p99 ms", at("told_ms", "p99")),
         TO_READER, FROM_READER, ENDED, NOTHING_WRONG),
        ("nchan",), doors=("poll", "stream", "ws")),
    Scenario(
        "T4", "the doors: firehose, one room, 100 readers, 4 posters who post again as soon as answered",
        {"readers": 100, "posters": 4, "pace": "answered", "seconds": 10},
        (Metric("deliveries/s", at("deliveries_per_s"), (at_least(0.9, "nchan"),)),
         Metric("posts/s", at("posts_per_s")),
         Metric("told, p50 ms", at("told_ms", "p50")),
         Metric("told, p99 ms", at("told_ms", "p99")),
         Metric(CPU, cpu_per_100k()),
         Metric("… of nginx", cpu_per_100k("nginx")),
         Metric("… of the workers", cpu_per_100k("workers")),
         Metric("… of the gateways", cpu_per_100k("gateways")),
         TO_READER,
         Metric("lost", at("lost"), (at_most(0),)),
         Metric("doubled", at("doubled"), (at_most(0),)),
         Metric("reordered", at("reordered"), (at_most(0),)),
         Metric("what said `gap`", at("gaps")),
         ENDED, GENERATOR),
        ("nchan", "nchan-kept"), doors=PUSHED),
)

FLATNESS = 1.3  # S7: the largest value for each reader, by the smallest


# --- in short ----------------------------------------------------------------------------------------------------------

def quick(scenario):
    """A tenth of the readers for a few seconds: to see that it works, on a machine where others work too."""
    def less(words):
        words = dict(words)
        words["seconds"] = min(words.get("seconds", 2), 2)
        if words.get("readers", 0) >= 1_000:
            words["readers"] //= 10
        if words.get("rooms", 0) >= 1_000:
            words["rooms"] //= 10
        if isinstance(words.get("pace"), int) and words["pace"] >= 100:
            words["pace"] //= 5
        return words
    return replace(scenario, title=scenario.title + " (in short)", words=less(scenario.words),
                   variants={name: {"readers": words["readers"] // 10} for name, words in scenario.variants.items()
                             if words["readers"] <= 10_000})


# What `make bench-check` runs: everything counted, nothing timed.
CHECKS = (
    {"label": "a herd", "readers": 300, "pace": 5, "seconds": 3, "probe": 1},
    {"label": "a firehose", "readers": 50, "posters": 4, "pace": "answered", "seconds": 2},
    {"label": "many rooms", "rooms": 60, "readers": 300, "posters": 8, "pace": 100, "seconds": 2, "sessions": 1},
    *({"label": f"{label} by {DOORS[door]}", "transport": door, **words} for door in PUSHED for label, words in (
        ("a herd", {"readers": 300, "pace": 5, "seconds": 1}),
        ("a firehose", {"readers": 50, "posters": 4, "pace": "answered", "seconds": 1}),
        ("many rooms", {"rooms": 60, "readers": 300, "posters": 8, "pace": 100, "seconds": 1, "sessions": 1}))),
)
