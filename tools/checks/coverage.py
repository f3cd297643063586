#!/usr/bin/env python3
"""What the tests prove of the API: each parameter and each refusal of each action.

Usage: tools/checks/coverage.py [--update] LOGS

LOGS holds a file per test stage, each line a row that the stage's calls reached (zonedisk-cloud
--coverage-log). A row is *driven* when a stage with a real client reached it, *probed* when only unit
tests did, else *unproven*. Without --update the result is compared with cloudapi/actions/coverage.tsv:
the check fails when a row fell back, when a refusal was met that refusals.tsv does not list, when a row
is unproven that unproven.tsv gives no reason for, or when a row that it excuses is proven. --update
writes coverage.tsv and cloudapi/COVERAGE.md. A refusal of refusals.tsv that is answered as another one
is as proven as that; one that comes by fault rules only is proven by rules, and rules prove no other.
"""
import collections
import os
import pathlib
import sys

ROOT = pathlib.Path(os.environ.get("CHECK_ROOT", pathlib.Path(__file__).resolve().parents[2]))
ACTIONS = ROOT / "cloudapi/actions"
PAGE = ROOT / "cloudapi/COVERAGE.md"
PARAMETERS = [ACTIONS / name for name in ("parameters.tsv", "other_parameters.tsv", "neighbours.tsv")]
UNIT_STAGES = {"unit", "root"}
PROOFS = ["unproven", "probed", "driven"]
KINDS = ["parameter", "refusal"]
ANY = "*"  # the action of rows that every action has
EFFECT = 7  # its column, after action and name


def table(path):
    """The rows of a table, without its heading."""
    lines = path.read_text().splitlines()[1:]
    return [tuple(line.split("\t")) for line in lines if line]


def parameter_effects():
    """The effect of each parameter: "" what its name says, "none", "refused STATUS CODE". Members of
    lists by the name that zonedisk-cloud gives them."""
    effects = {}
    for action, name, *columns in (row for path in PARAMETERS for row in table(path)):
        parts = name.split(".", 2)
        if len(parts) == 3:
            effects.setdefault((action, "parameter", parts[0]), "")
            name = f"{parts[0]}.N.{parts[2]}"
        effect = columns[EFFECT] if len(columns) > EFFECT else ""
        effects[(action, "parameter", name)] = effect.replace("action ", "refused ")
    return effects


def refusal_ways():
    """How each refusal comes about: "" by its action, "rule" by a fault rule only, "as STATUS CODE"."""
    return {(action, "refusal", code): how for action, code, how, _ in table(ACTIONS / "refusals.tsv")}




def reached_rows(logs):
    """Which stages reached each row."""
    stages = collections.defaultdict(set)
    for log in sorted(logs.iterdir()):
        for line in log.read_text().splitlines():
            stages[tuple(line.split("\t"))].add(log.name)
    return stages


def without_faults(stages, ways):
    """The rows that were reached, with those refusals of fault rules that come about by no other way.
    And the refusals that an action answered although refusals.tsv says that it does not."""
    kept = collections.defaultdict(set)
    liars = set()
    for (action, kind, name), by in stages.items():
        row = (action, "refusal", name)
        if kind != "fault":
            if kind == "refusal" and ways.get(row):
                liars.add((action, name))
            kept[(action, kind, name)] |= by
        elif ways.get(row) == "rule":
            kept[row] |= by
    return kept, liars


def prove_others(proofs, ways):
    """A refusal that is answered as another one has its proof. Returns rows whose other one is none."""
    lost = set()
    for (action, kind, name), how in ways.items():
        if not how.startswith("as "):
            continue
        others = [(owner, kind, how[3:]) for owner in (action, ANY)]
        other = next((row for row in others if ways.get(row) == ""), None)
        proofs[(action, kind, name)] = proofs.get(other, "unproven")
        if other is None:
            lost.add((action, name))
    return lost


def proofs_of(wanted, stages):
    """The proof of each wanted row, and the refusals that are not wanted."""
    proofs = {row: "unproven" for row in wanted}
    strangers = set()
    actions = {action for action, _, _ in wanted}
    for (action, kind, name), by in stages.items():
        row = (action, kind, name)
        if row not in proofs:
            row = (ANY, kind, name)
        if row not in proofs:
            if action in actions and kind == "refusal":
                strangers.add((action, name))
            continue
        proof = "probed" if by <= UNIT_STAGES else "driven"
        proofs[row] = max(proofs[row], proof, key=PROOFS.index)
    return proofs, strangers


def prove_lists(proofs):
    """A list is given whenever one of its members is."""
    for (action, kind, name), proof in list(proofs.items()):
        whole = (action, kind, name.split(".N.")[0])
        if kind == "parameter" and ".N." in name:
            proofs[whole] = max(proofs[whole], proof, key=PROOFS.index)


def problems_of(proofs, strangers, committed, excuses):
    for action, code in sorted(strangers):
        yield f"{action} answered {code}, which refusals.tsv does not list"
    for row, proof in sorted(proofs.items()):
        text = " ".join(row)
        if PROOFS.index(proof) < PROOFS.index(committed.get(row, "unproven")):
            yield f"{text} fell back from {committed[row]} to {proof}"
        elif proof == "unproven" and row not in excuses:
            yield f"{text} is unproven, and unproven.tsv has no reason for it"
        elif proof != "unproven" and row in excuses:
            yield f"{text} is {proof}, but unproven.tsv says: {excuses[row]}"
    for row in sorted(set(excuses) - set(proofs)):
        yield f"unproven.tsv has a row that does not exist: {' '.join(row)}"


def parameter_counts(rows):
    """driven | probed | without effect | refused | unproven"""
    own = collections.Counter(proof for _, proof, effect in rows if not effect or proof == "unproven")
    none = sum(proof != "unproven" and effect == "none" for _, proof, effect in rows)
    refused = sum(proof != "unproven" and effect.startswith("refused ") for _, proof, effect in rows)
    return " | ".join(str(n) for n in (own["driven"], own["probed"], none, refused, own["unproven"]))


def refusal_counts(rows):
    """driven | probed | as another | by rule | unproven"""
    own = collections.Counter(proof for _, proof, how in rows if not how or proof == "unproven")
    other = sum(proof != "unproven" and how.startswith("as ") for _, proof, how in rows)
    rule = sum(proof != "unproven" and how == "rule" for _, proof, how in rows)
    return " | ".join(str(n) for n in (own["driven"], own["probed"], other, rule, own["unproven"]))


def parameter_lines(rows):
    """What the page says of an action's parameters, unproven ones apart."""
    for proof in ("driven", "probed"):
        names = [name for name, of, effect in rows if of == proof and not effect]
        if names:
            yield f"Parameters {proof}: {', '.join(names)}."
    idle = [name for name, of, effect in rows if of != "unproven" and effect == "none"]
    if idle:
        yield f"Parameters without effect: {', '.join(idle)}."
    refused = [f"{name} ({effect.removeprefix('refused ')})" for name, of, effect in rows
               if of != "unproven" and effect.startswith("refused ")]
    if refused:
        yield f"Parameters refused: {', '.join(refused)}."


def refusal_lines(rows):
    """What the page says of an action's refusals, unproven ones apart."""
    for proof in ("driven", "probed"):
        names = [name for name, of, how in rows if of == proof and not how]
        if names:
            yield f"Refusals {proof}: {', '.join(names)}."
    others = [f"{name} {how}" for name, of, how in rows if of != "unproven" and how.startswith("as ")]
    if others:
        yield f"Answered as another code: {', '.join(others)}."
    rules = [name for name, of, how in rows if of != "unproven" and how == "rule"]
    if rules:
        yield f"By fault rule only: {', '.join(rules)}."


def page(proofs, excuses, effects, ways):
    by_action = collections.defaultdict(lambda: {kind: [] for kind in KINDS})
    for (action, kind, name), proof in sorted(proofs.items()):
        by_action[action][kind].append((name, proof))
    for action, kinds in by_action.items():
        kinds["parameter"] = [(name, of, effects[(action, "parameter", name)]) for name, of in kinds["parameter"]]
        kinds["refusal"] = [(name, of, ways[(action, "refusal", name)]) for name, of in kinds["refusal"]]
    every = {kind: [row for kinds in by_action.values() for row in kinds[kind]] for kind in KINDS}
    yield "# What the tests prove of the API"
    yield ""
    yield "Made by `tools/checks/coverage.py --update` from what the tests really sent and got. *Driven*: a"
    yield "real client or program reached it over HTTP. *Probed*: a unit test did. *Unproven*: none did, with"
    yield "the reason. A parameter counts when an accepted call gave it and its action used it. One *without"
    yield "effect* is checked and accepted, and no answer would tell it; one that is *refused* counts when a call"
    yield "was refused for it, with its code. A refusal counts when it was answered. Where the service documents"
    yield "two codes for one condition a refusal may be answered as the other one; where a stand-in does not have"
    yield "the condition (bills, locks, ...) it comes by fault rule only, and rules prove no other row. A running"
    yield "cloud answers the same, with its own counts, at `/_zonedisk/coverage`."
    yield ""
    yield ("| action | parameters driven | probed | without effect | refused | unproven "
           "| refusals driven | probed | as another | by rule | unproven |")
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    yield f"| all | {parameter_counts(every['parameter'])} | {refusal_counts(every['refusal'])} |"
    for action, kinds in sorted(by_action.items()):
        name = "every action" if action == ANY else action
        yield f"| {name} | {parameter_counts(kinds['parameter'])} | {refusal_counts(kinds['refusal'])} |"
    for action, kinds in sorted(by_action.items()):
        yield ""
        yield f"## {'Every action' if action == ANY else action}"
        for line in [*parameter_lines(kinds["parameter"]), *refusal_lines(kinds["refusal"])]:
            yield ""
            yield line
        for kind in KINDS:
            for name in [row[0] for row in kinds[kind] if row[1] == "unproven"]:
                yield ""
                yield f"Unproven {kind} {name}: {excuses.get((action, kind, name), 'no reason given')}."


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--update"]
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.exit(__doc__)
    effects = parameter_effects()
    ways = refusal_ways()
    stages, liars = without_faults(reached_rows(pathlib.Path(arguments[0])), ways)
    excuses = {row[:3]: row[3] for row in table(ACTIONS / "unproven.tsv")}
    committed = {row[:3]: row[3] for row in table(ACTIONS / "coverage.tsv")}
    proofs, strangers = proofs_of(set(effects) | set(ways), stages)
    prove_lists(proofs)
    lost = prove_others(proofs, ways)
    if "--update" in sys.argv:
        committed = proofs
        lines = ["\t".join(row) + f"\t{proof}" for row, proof in sorted(proofs.items())]
        (ACTIONS / "coverage.tsv").write_text("action\tkind\tname\tproof\n" + "\n".join(lines) + "\n")
        PAGE.write_text("\n".join(page(proofs, excuses, effects, ways)) + "\n")
    problems = list(problems_of(proofs, strangers, committed, excuses))
    problems += [f"{action} answered {code}, though refusals.tsv says: {ways[(action, 'refusal', code)]}"
                 for action, code in sorted(liars)]
    problems += [f"{action} {code} is answered as a refusal that it does not have" for action, code in sorted(lost)]
    for problem in problems:
        print(f"coverage: {problem}")
    risen = sum(PROOFS.index(proof) > PROOFS.index(committed.get(row, "unproven")) for row, proof in proofs.items())
    if risen:
        print(f"coverage: {risen} rows are better proven than coverage.tsv says; --update writes it")
    print(f"coverage: {len(proofs)} rows, {len(problems)} problems")
    sys.exit(1 if problems else 0)


main()
