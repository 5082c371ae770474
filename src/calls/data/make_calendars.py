"""Writes the calendars of public holidays beside this script: us-federal.toml, uk.toml and so on. (cn.toml has its own script.)

Usage, from the project's root, in a virtual environment:

    pip install holidays==0.109
    python src/calls/data/make_calendars.py            write the files beside this script
    python src/calls/data/make_calendars.py --check    exit 1 with a diff if a file is not what would be written

To renew, raise the version above (others are refused, exit 2) and move LAST.
"""

import sys
from datetime import date, timedelta
from pathlib import Path

import holidays

import generated

FIRST, LAST = 2020, 2027
# Utah has another list of legal holidays from 2027 on, which the package does not know.
ENDS = {"us-ut": 2026}
# Where the days come from that the package leaves out.
STATUTES = {"us-la": "La. R.S. 1:55(A)(1)", "us-ri": "R.I. Gen. Laws 25-1-1", "us-ut": "Utah Code 63G-1-301"}
FOLDER = Path(__file__).parent
PINS = generated.pins(__doc__)
YEARS = range(FIRST, LAST + 1)
OBSERVED = " (observed)"

# Only names that are in use; a name that is not here has no zh.
ZH = {
    "New Year's Day": "元旦",
    "Martin Luther King Jr. Day": "马丁·路德·金纪念日",
    "Washington's Birthday": "华盛顿诞辰纪念日",
    "Mardi Gras": "忏悔星期二",
    "Good Friday": "耶稣受难日",
    "Easter Monday": "复活节星期一",
    "May Day": "五一节",
    "Memorial Day": "阵亡将士纪念日",
    "Juneteenth National Independence Day": "六月节",
    "Independence Day": "独立日",
    "Labor Day": "劳动节",
    "Labour Day": "劳动节",
    "Columbus Day": "哥伦布日",
    "Indigenous Peoples' Day / Columbus Day": "原住民日（哥伦布日）",
    "Election Day": "选举日",
    "Veterans Day": "退伍军人节",
    "Thanksgiving Day": "感恩节",
    "Christmas Day": "圣诞节",
    "Boxing Day": "节礼日",
    "Second Day of Christmas": "圣诞节次日",
    "Pioneer Day": "先驱者日",
    "Saint Andrew's Day": "圣安德鲁日",
    "Saint Patrick's Day": "圣帕特里克节",
    "Spring Bank Holiday": "春季银行假日",
    "Summer Bank Holiday": "夏季银行假日",
    "Late Summer Bank Holiday": "夏末银行假日",
    "Ascension Day": "耶稣升天节",
    "Pentecost Monday": "圣灵降临节星期一",
    "Assumption Day": "圣母升天节",
    "All Saints' Day": "诸圣节",
    "German Unity Day": "德国统一日",
    "Canada Day": "加拿大日",
    "Victoria Day": "维多利亚日",
    "National Day for Truth and Reconciliation": "全国真相与和解日",
    "Remembrance Day": "国殇纪念日",
    "Australia Day": "澳大利亚国庆日",
    "ANZAC Day": "澳新军团日",
}
# The same English name means different days in different countries.
ZH_OF = {
    ("fr", "Victory Day"): "二战胜利日",
    ("fr", "National Day"): "法国国庆日",
    ("fr", "Armistice Day"): "一战停战日",
    ("us-ri", "Victory Day"): "胜利日",
}


LANGUAGES = {"GB": "en_GB", "CA": "en_CA", "AU": "en_AU"}


def package(country, subdivision=None, **options):
    """Dates and names of the package, each name once, in the country's own English or in American."""
    language = LANGUAGES.get(country, "en_US")
    days = holidays.country_holidays(country, subdiv=subdivision, years=YEARS, language=language, **options)
    return {day: list(dict.fromkeys(days.get_list(day))) for day in days if day.year in YEARS}


def joined(*parts):
    """The days of all parts; where they name a day differently, the first one counts."""
    days = {}
    for part in parts:
        for day, names in part.items():
            days.setdefault(day, names)
    return days


def nth(year, month, weekday, n):
    """The n-th weekday (0 is Monday) of a month."""
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (n - 1))


def to_monday(day):
    """A Sunday's Monday, and the day itself."""
    return [day, day + timedelta(1)] if day.weekday() == 6 else [day]


def us(state=None):
    return joined(package("US", state), package("US"))


def us_ri():
    """With the days of R.I. Gen. Laws 25-1-1 that the package leaves out."""
    more = {}
    for year in YEARS:
        for day in to_monday(date(year, 5, 4)):
            more[day] = ["Rhode Island Independence Day" + (OBSERVED if day.day != 4 else "")]
        if year % 2 == 0:
            more[nth(year, 11, 0, 1) + timedelta(1)] = ["Election Day"]
    return joined(us("RI"), more)


def us_la():
    """With the days of La. R.S. 1:55(A)(1) that the package leaves out: they are legal holidays although offices may be open."""
    more = {}
    for year in YEARS:
        more[date(year, 1, 8)] = ["Battle of New Orleans"]
        more[date(year, 8, 30)] = ["Huey P. Long Day"]
        more[date(year, 11, 1)] = ["All Saints' Day"]
        if year <= 2022:  # struck from the list by an act of the 2022 session
            more[date(year, 1, 19)] = ["Robert E. Lee Day"]
            more[date(year, 6, 3)] = ["Confederate Memorial Day"]
    return joined(us("LA"), more)


def us_ut():
    """With the Monday on which Utah Code 63G-1-301 puts Juneteenth since 2022."""
    more = {}
    for year in range(2022, LAST + 1):
        day = date(year, 6, 19)
        back = day.weekday() if day.weekday() < 5 else day.weekday() - 7
        if back:
            more[day - timedelta(back)] = ["Juneteenth National Freedom Day"]
    return joined(us("UT"), more)


def ca():
    """The days for workplaces under federal law, and not the provinces' own."""
    return package("CA", categories=("government",))


def au():
    """The days that the package calls national, and the weekdays that are off in every state and territory, whichever their name there."""
    parts = [package("AU", state) for state in holidays.country_holidays("AU").subdivisions]
    national = package("AU")
    named = {(day.year, name) for day, names in national.items() for name in names}
    everywhere = {}
    for day, names in parts[0].items():
        if day not in national and day.weekday() < 5 and all(day in part for part in parts):
            # Some states call the Monday itself Australia Day.
            everywhere[day] = [name + OBSERVED * ((day.year, name) in named) for name in names]
    return joined(national, everywhere)


# id, titles (en, zh), days, and what a reader must know of the choice.
CALENDARS = [
    (
        "us-federal",
        "United States: federal holidays",
        "美国联邦节假日",
        us,
        ["a holiday on a Saturday is observed on the Friday, one on a Sunday on the Monday: both days are listed"],
    ),
    (
        "us-al",
        "Alabama: state and federal holidays",
        "美国阿拉巴马州及联邦节假日",
        lambda: us("AL"),
        ["Mardi Gras is not listed: it is a holiday of two counties only"],
    ),
    (
        "us-la",
        "Louisiana: legal holidays and federal holidays",
        "美国路易斯安那州法定节假日及联邦节假日",
        us_la,
        [
            "added to the package: the statewide days of La. R.S. 1:55(A)(1); days proclaimed by the governor and days of single parishes are not listed",
        ],
    ),
    (
        "us-ri",
        "Rhode Island: state and federal holidays",
        "美国罗得岛州及联邦节假日",
        us_ri,
        [
            "added to the package: 4 May and the election days of R.I. Gen. Laws 25-1-1; not listed: days that only state employees have",
        ],
    ),
    (
        "us-ut",
        "Utah: state and federal holidays",
        "美国犹他州及联邦节假日",
        us_ut,
        [
            "added to the package: Juneteenth on the Monday of Utah Code 63G-1-301, which has been amended with effect from 2027-01-01: no further years",
        ],
    ),
    ("uk", "England and Wales: bank holidays", "英格兰和威尔士银行假日", lambda: package("GB", "ENG"), []),
    ("uk-scotland", "Scotland: bank holidays", "苏格兰银行假日", lambda: package("GB", "SCT"), []),
    ("uk-northern-ireland", "Northern Ireland: bank holidays", "北爱尔兰银行假日", lambda: package("GB", "NIR"), []),
    (
        "fr",
        "France: the eleven public holidays",
        "法国法定节假日",
        lambda: package("FR"),
        ["the days of article L3133-1 of the Code du travail; not the two more of Alsace and Moselle"],
    ),
    (
        "de",
        "Germany: holidays of all states",
        "德国全国性节假日",
        lambda: package("DE"),
        ["holidays of single states are not listed"],
    ),
    (
        "ca",
        "Canada: general holidays under federal law",
        "加拿大联邦法定节假日",
        ca,
        ["holidays of single provinces are not listed"],
    ),
    (
        "au",
        "Australia: national public holidays",
        "澳大利亚全国公众假日",
        au,
        ["weekdays that are off in every state and territory are listed, whichever their name there; a moved day that is off in some of them only is not listed"],
    ),
]


def zh_of(ident, name):
    plain = name.removesuffix(OBSERVED)
    zh = ZH_OF.get((ident, plain)) or ZH.get(plain)
    return zh and zh + ("（补休）" if name != plain else "")


def label(ident, names):
    name = "; ".join(names)
    if any(c in name for c in '"\\\n'):
        sys.exit(f"{ident}: {name!r} needs escapes")
    zh = [zh_of(ident, one) for one in names]
    return f'{{ en = "{name}", zh = "{"；".join(zh)}" }}' if all(zh) else f'{{ en = "{name}" }}'


def build(ident, en, zh, days, notes):
    """The text of one calendar."""
    last = ENDS.get(ident, LAST)
    statute = f"; {STATUTES[ident]}" if ident in STATUTES else ""
    rows = sorted((day, names) for day, names in days().items() if day.year <= last)
    counts = [sum(day.year == year for day, _ in rows) for year in range(FIRST, last + 1)]
    if not all(counts):
        sys.exit(f"{ident}: a year without holidays: {counts}")
    print(f"{ident}: {len(rows)} days; by year {' '.join(map(str, counts))}")
    return "".join(
        [
            f"# generated by make_calendars.py from holidays {PINS['holidays']} (MIT)\n",
            *(f"# {note}\n" for note in notes),
            f'id = "{ident}"\n',
            f'title = {{ en = "{en}", zh = "{zh}" }}\n',
            f"coverage = {{ from = {FIRST}-01-01, to = {last}-12-31 }}   # both included\n",
            f'source = "holidays {PINS["holidays"]}{statute}"\n',
            *(f'\n[[day]]\ndate = {day}\nkind = "holiday"\nname = {label(ident, names)}\n' for day, names in rows),
        ]
    )


if __name__ == "__main__":
    generated.run(__doc__, [(FOLDER / f"{c[0]}.toml", lambda c=c: build(*c)) for c in CALENDARS])
