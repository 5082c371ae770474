"""Writes areas.txt: area code of country code 1 to the states, provinces or countries in which its numbers lie.

Usage, from the project's root, in a virtual environment:

    pip install phonenumbers==9.0.43
    python src/calls/data/make_areas.py            write areas.txt beside this script
    python src/calls/data/make_areas.py --check    exit 1 with a diff if areas.txt is not what would be written

The states are compared with zones.txt: each zone of an area code must be a zone of
one of its states. To renew, raise the version above (others are refused, exit 2).
"""

import re
import sys
from pathlib import Path

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata
from phonenumbers.geodata import GEOCODE_DATA

import generated

TARGET = Path(__file__).with_name("areas.txt")
ZONES = Path(__file__).with_name("zones.txt")
PINS = generated.pins(__doc__)

# Codes, names as the package spells them (joined by |), and zones without America/ (joined by &).
STATES = """
US-AL Alabama Chicago
US-AK Alaska Adak&Anchorage&Juneau
US-AZ Arizona Phoenix&Denver
US-AR Arkansas Chicago
US-CA California Los_Angeles
US-CO Colorado Denver
US-CT Connecticut New_York
US-DE Delaware New_York
US-DC Washington D.C. New_York
US-FL Florida New_York&Chicago
US-GA Georgia New_York
US-HI Hawaii Pacific/Honolulu
US-ID Idaho Boise&Denver&Los_Angeles
US-IL Illinois Chicago
US-IN Indiana New_York&Chicago
US-IA Iowa Chicago
US-KS Kansas Chicago&Denver
US-KY Kentucky New_York&Chicago
US-LA Louisiana Chicago
US-ME Maine New_York
US-MD Maryland New_York
US-MA Massachusetts New_York
US-MI Michigan New_York&Chicago
US-MN Minnesota Chicago
US-MS Mississippi Chicago
US-MO Missouri Chicago
US-MT Montana Denver
US-NE Nebraska Chicago&Denver
US-NV Nevada Los_Angeles&Boise&Denver
US-NH New Hampshire New_York
US-NJ New Jersey New_York
US-NM New Mexico Denver
US-NY New York New_York
US-NC North Carolina New_York
US-ND North Dakota Chicago&Denver&North_Dakota/Center
US-OH Ohio New_York
US-OK Oklahoma Chicago
US-OR Oregon Los_Angeles&Boise&Denver
US-PA Pennsylvania New_York
US-RI Rhode Island New_York
US-SC South Carolina New_York
US-SD South Dakota Chicago&Denver
US-TN Tennessee New_York&Chicago
US-TX Texas Chicago&Denver
US-UT Utah Denver
US-VT Vermont New_York
US-VA Virginia New_York
US-WA Washington State Los_Angeles
US-WV West Virginia New_York
US-WI Wisconsin Chicago
US-WY Wyoming Denver
CA-AB Alberta Edmonton
CA-BC British Columbia|British Colombia Vancouver&Edmonton&Fort_Nelson
CA-MB Manitoba Winnipeg
CA-NB New Brunswick Halifax
CA-NL Newfoundland and Labrador St_Johns&Halifax
CA-NS Nova Scotia Halifax
CA-NT Northwest Territories Edmonton
CA-NU Nunavut Edmonton&Winnipeg&Toronto
CA-ON Ontario Toronto&Winnipeg
CA-PE Prince Edward Island Halifax
CA-QC Quebec Toronto&Halifax
CA-SK Saskatchewan Regina&Edmonton
CA-YT Yukon|Watson Lake Vancouver&Fort_Nelson
"""
# One exchange in 201, all of which is New Jersey's, is called "New York, NY" by the package.
ODD_STATES = {("201", "US-NY")}
# Zones that zones.txt has for an area code although no clock of its state follows them: slips of the package, or stand-ins.
ODD_ZONES = {
    ("474", "America/Winnipeg"),  # Saskatchewan
    ("605", "America/North_Dakota/Center"),  # stands for Central time in South Dakota
    ("879", "America/Puerto_Rico"),  # Newfoundland and Labrador
    ("907", "Pacific/Honolulu"),  # Unalaska
}
# Territories of the United States have codes of both kinds; a rule on states wants the one with US.
TERRITORIES = {"AS": "US-AS", "GU": "US-GU", "MP": "US-MP", "PR": "US-PR", "VI": "US-VI"}


def states():
    """Names and short names of the package to the state's code; codes to the zones."""
    names, zones = {}, {}
    for line in STATES.split("\n")[1:-1]:
        code, *name, where = line.split(" ")
        names.update(dict.fromkeys([code[3:], *" ".join(name).split("|")], code))
        zones[code] = {zone if zone.startswith("Pacific/") else f"America/{zone}" for zone in where.split("&")}
    return names, zones


def islands():
    """Area codes of the countries and territories that have codes of their own."""
    codes = {}
    for region in COUNTRY_CODE_TO_REGION_CODE[1]:
        lead = PhoneMetadata.metadata_for_region(region).leading_digits
        # The Dominican Republic's pattern also has the beginning of a toll-free block, of more than three digits.
        own = [str(code) for code in range(200, 1000) if lead and re.fullmatch(lead, str(code))]
        if region not in ("US", "CA") and not own:
            sys.exit(f"{region}: no area code in the pattern {lead}")
        codes.update(dict.fromkeys(own, TERRITORIES.get(region, region)))
    return codes


def build():
    """The text of areas.txt. Prints the counts; stops if a check fails."""
    names, zones_of = states()
    found, unknown, rows = {code: {region} for code, region in islands().items()}, set(), 0
    own = frozenset(found)
    for prefix, texts in GEOCODE_DATA.items():
        # A row for fewer digits would say nothing of one area code.
        if not prefix.startswith("1") or len(prefix) < 4 or prefix[1:4] in own:
            continue
        rows += 1
        # "Miami, FL", "Florida", or "Nova Scotia/Prince Edward Island".
        for name in texts["en"].rsplit(", ", 1)[-1].split("/"):
            if (prefix[1:4], names.get(name)) in ODD_STATES:
                continue
            if name in names:
                found.setdefault(prefix[1:4], set()).add(names[name])
            else:
                unknown.add((prefix, texts["en"]))

    # Each zone that a number of the area code may have, of zones.txt.
    seen, wrong = {}, []
    for line in ZONES.read_text(encoding="utf-8").splitlines():
        prefix, _, zones = line.partition("|")
        if prefix.startswith("1") and len(prefix) >= 4:
            seen.setdefault(prefix[1:4], set()).update(zones.split("&"))
    compared = 0
    for code, places in found.items():
        if code in own:
            continue
        compared += 1
        surplus = seen.get(code, set()) - set().union(*(zones_of[place] for place in places))
        surplus = {zone for zone in surplus if (code, zone) not in ODD_ZONES}
        if surplus or code not in seen:
            wrong.append((code, sorted(places), sorted(surplus)))
    toll_free = {"800", "833", "844", "855", "866", "877", "888"} & set(found)
    if unknown or wrong or toll_free:
        sys.exit(f"no state: {sorted(unknown)}; zones of no state: {wrong}; toll-free: {toll_free}")
    never = set(zones_of) - set().union(*found.values())
    if never:
        sys.exit(f"states without an area code: {sorted(never)}")

    several = {code: places for code, places in found.items() if len(places) > 1}
    print(f"{rows} rows of the package; {len(found)} area codes, {len(own)} of them of islands, {len(several)} in several states")
    for code, places in sorted(several.items()):
        print(f"{code}: {' '.join(sorted(places))}")
    print(f"{compared} area codes have no zone in zones.txt that is not of their states, {len(ODD_ZONES)} known oddities aside")
    return "".join(
        [
            "# area code of country code 1 | ISO 3166-2 codes of the states or provinces, or the country, in which its numbers lie, joined by &\n",
            "# not listed: toll-free and other codes that are tied to no place\n",
            f"# generated by make_areas.py from phonenumbers {PINS['phonenumbers']} (Apache-2.0, Google libphonenumber)\n",
            "# Copyright (C) 2011-2026 The Libphonenumber Authors\n",
            *(f"{code}|{'&'.join(sorted(found[code]))}\n" for code in sorted(found)),
        ]
    )


if __name__ == "__main__":
    generated.run(__doc__, [(TARGET, build)])
