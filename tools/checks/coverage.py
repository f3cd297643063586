#!/usr/bin/env python3
"""What the tests prove of the API: each parameter and each refusal of each action.

Usage: tools/checks/coverage.py [--update] LOGS

LOGS holds a file per test stage, each line a row that the stage's calls reached (zonedisk-cloud
--coverage-log). A row is *driven* when a stage with a real client reached it, *probed* when only unit
tests did, else *unproven*. Without --update the result is compared with cloudapi/actions/coverage.tsv:
the check fails when a row fell back, when a refusal was met that refusals.tsv does not list, when a row
is unproven that unproven.tsv gives no reason for, or when a row that it excuses is proven. --update
writes coverage.tsv and cloudapi/COVERAGE.md.
"""
import collections
import os
import pathlib
import sys

ROOT = pathlib.Path(os.environ.get("CHECK_ROOT", pathlib.Path(__file__).resolve().parents[2]))
ACTIONS = ROOT / "cloudapi/actions"
PAGE = ROOT / "cloudapi/COVERAGE.md"
UNIT_STAGES = {"unit", "root"}
PROOFS = ["unproven", "probed", "driven"]
KINDS = ["parameter", "refusal"]
ANY = "*"  # the action of rows that every action has


def table(path):
    """The rows of a table, without its heading."""
    lines = path.read_text().splitlines()[1:]
    return [tuple(line.split("\t")) for line in lines if line]


def declared_parameters():
    """(action, "parameter", name); members of lists by the name that zonedisk-cloud gives them."""
    for action, name, *_ in table(ACTIONS / "parameters.tsv"):
        parts = name.split(".", 2)
        if len(parts) == 3:
            yield action, "parameter", parts[0]
            name = f"{parts[0]}.N.{parts[2]}"
        yield action, "parameter", name


def wanted_rows():
    rows = set(declared_parameters())
    rows |= {(action, "refusal", code) for action, code in table(ACTIONS / "refusals.tsv")}
    return rows


def reached_rows(logs):
    """Which stages reached each row."""
    stages = collections.defaultdict(set)
    for log in sorted(logs.iterdir()):
        for line in log.read_text().splitlines():
            stages[tuple(line.split("\t"))].add(log.name)
    return stages


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


def counts(rows):
    count = collections.Counter(proof for _, proof in rows)
    return " | ".join(str(count[proof]) for proof in reversed(PROOFS))


def page(proofs, excuses):
    by_action = collections.defaultdict(lambda: {kind: [] for kind in KINDS})
    for (action, kind, name), proof in sorted(proofs.items()):
        by_action[action][kind].append((name, proof))
    every = {kind: [row for kinds in by_action.values() for row in kinds[kind]] for kind in KINDS}
    yield "# What the tests prove of the API"
    yield ""
    yield "Made by `tools/checks/coverage.py --update` from what the tests really sent and got. *Driven*: a"
    yield "real client or program reached it over HTTP. *Probed*: a unit test did. *Unproven*: none did, with"
    yield "the reason. A parameter counts when an accepted call gave it and its action used it; a refusal when"
    yield "it was answered. Parameters are those of `actions/parameters.tsv`, refusals those of all actions. A"
    yield "running cloud answers the same, with its own counts, at `/_zonedisk/coverage`."
    yield ""
    yield "| action | parameters driven | probed | unproven | refusals driven | probed | unproven |"
    yield "|---|---|---|---|---|---|---|"
    total = " | ".join(counts(every[kind]) for kind in KINDS)
    yield f"| all | {total} |"
    for action, kinds in sorted(by_action.items()):
        name = "every action" if action == ANY else action
        yield f"| {name} | {' | '.join(counts(kinds[kind]) for kind in KINDS)} |"
    for action, kinds in sorted(by_action.items()):
        yield ""
        yield f"## {'Every action' if action == ANY else action}"
        for kind in KINDS:
            for proof in reversed(PROOFS):
                names = [name for name, of in kinds[kind] if of == proof]
                if names and proof != "unproven":
                    yield ""
                    yield f"{kind.capitalize()}s {proof}: {', '.join(names)}."
                for name in names if proof == "unproven" else []:
                    yield ""
                    yield f"Unproven {kind} {name}: {excuses.get((action, kind, name), 'no reason given')}."


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--update"]
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.exit(__doc__)
    stages = reached_rows(pathlib.Path(arguments[0]))
    excuses = {row[:3]: row[3] for row in table(ACTIONS / "unproven.tsv")}
    committed = {row[:3]: row[3] for row in table(ACTIONS / "coverage.tsv")}
    proofs, strangers = proofs_of(wanted_rows(), stages)
    if "--update" in sys.argv:
        committed = proofs
        lines = ["\t".join(row) + f"\t{proof}" for row, proof in sorted(proofs.items())]
        (ACTIONS / "coverage.tsv").write_text("action\tkind\tname\tproof\n" + "\n".join(lines) + "\n")
        PAGE.write_text("\n".join(page(proofs, excuses)) + "\n")
    problems = list(problems_of(proofs, strangers, committed, excuses))
    for problem in problems:
        print(f"coverage: {problem}")
    risen = sum(PROOFS.index(proof) > PROOFS.index(committed.get(row, "unproven")) for row, proof in proofs.items())
    if risen:
        print(f"coverage: {risen} rows are better proven than coverage.tsv says; --update writes it")
    print(f"coverage: {len(proofs)} rows, {len(problems)} problems")
    sys.exit(1 if problems else 0)


main()
