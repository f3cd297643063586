#!/usr/bin/env python3
"""Prints the parameters of the vendor's action metadata as rows of a table, sorted.

Usage: tools/checks/vendor_parameters.py FOLDER > cloudapi/actions/testing/vendor_parameters.tsv
FOLDER holds one JSON file per action, as the vendor's Terraform and SDK generators ship them. A
member of a list of structures is written Name.N.Member. Spellings that differ in case alone are one.
"""
import json
import pathlib
import sys


def rows(action, parameters, prefix=""):
    for parameter in parameters:
        name = prefix + parameter["name"]
        yield action, name, parameter["type"], "yes" if parameter["required"] else "no"
        yield from rows(action, parameter.get("sub_parameters", []), name + ".N.")


def main():
    found = {}
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
        metadata = json.loads(path.read_text())
        for row in rows(metadata["name"], metadata["parameters"]):
            found.setdefault((row[0], row[1].lower()), row)
    print("action\tparameter\ttype\trequired")
    for row in sorted(found.values()):
        print("\t".join(row))


main()
