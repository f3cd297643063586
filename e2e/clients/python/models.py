"""The members of the package's response models, beside those that the cloud answered and those that it
leaves out on purpose (absent.tsv)."""
import inspect
import re

from common import CLIENTS, check, done


def wire_names(model):
    """{attribute: name on the wire}, as to_map writes them."""
    pairs = re.findall(r"self\.(\w+) is not None:\n(?:.*\n)*?\s+result\['([^']+)'\]", inspect.getsource(model.to_map))
    return dict(pairs)


def members(package, model, path=""):
    """Each member of the model and of those inside it: "Disks.Disk[].DiskId"."""
    found = set()
    names = wire_names(model)
    for attribute, parameter in list(inspect.signature(model.__init__).parameters.items())[1:]:
        kind = str(parameter.annotation)
        here = path + names[attribute] + ("[]" if kind.startswith("List[") else "")
        inner = re.search(r"main_models\.(\w+)", kind)
        found.add(here)
        if inner:
            found |= members(package, getattr(package, inner.group(1)), here + ".")
    return found


def answered(value, path=""):
    """The members that a decoded answer has."""
    found = set()
    if isinstance(value, dict):
        for name, inner in value.items():
            here = path + name + ("[]" if isinstance(inner, list) else "")
            found.add(here)
            found |= answered(inner, here + ".")
    elif isinstance(value, list):
        for item in value:
            found |= answered(item, path)
    return found


def fits(pattern, member):
    return member.startswith(pattern[:-1]) if pattern.endswith("*") else member == pattern


def compare(modelled, seen):
    """Both are {action: members}."""
    absent = {}
    for line in (CLIENTS / "absent.tsv").read_text().splitlines():
        if not line.startswith("#"):
            action, member, reason = line.split("\t")
            check(reason, f"{action} {member} is absent without a reason")
            absent.setdefault(action, []).append(member)
    problems = []
    for action, all_members in sorted(modelled.items()):
        listed = set()
        for pattern in absent.get(action, []):
            matching = {member for member in all_members if fits(pattern, member)}
            problems += [] if matching else [f"{action} {pattern} is listed as absent and in no model"]
            listed |= matching
        missing = all_members - seen[action]
        problems += [f"{action} {member} is not answered and not listed as absent" for member in sorted(missing - listed)]
        problems += [f"{action} {member} is listed as absent and answered" for member in sorted(listed & seen[action])]
    check(not problems, "\n".join(problems))
    done(f"{sum(map(len, modelled.values()))} members of {len(modelled)} response models, the absent ones listed")
