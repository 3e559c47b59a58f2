"""Salary figures in free text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.knowledge.page_figures import parts_with_pay
from coach.knowledge.pay_text import find_pay, find_place

CASES = [
    # text, amount, currency, low, middle, high
    ("50K - 95K EUR", "50K - 95K EUR", "EUR", 50_000, None, 95_000),
    ("$50k - $150k /year", "$50k - $150k", "USD", 50_000, None, 150_000),
    ("Salaries in France35-85K+ EUR", "35-85K+ EUR", "EUR", 35_000, None, 85_000),
    ("Salaries in SwitzerlandCHF 70-150K+", "CHF 70-150K+", "CHF", 70_000, None, 150_000),
    ("Estimated Salary Range: $120,000 - $160,000", "$120,000 - $160,000", "USD", 120_000, None, 160_000),
    ("range from $50,000 to $80,000 USD annually", "$50,000 to $80,000 USD", "USD", 50_000, None, 80_000),
    ("35.000 € - 45.000 € brutos al año", "35.000 € - 45.000 €", "EUR", 35_000, None, 45_000),
    ("entre 30.000 y 40.000 euros", "entre 30.000 y 40.000 euros", "EUR", 30_000, None, 40_000),
    ("oscila entre 50K - 95K EUR", "50K - 95K EUR", "EUR", 50_000, None, 95_000),
    ("de 28 a 35 mil euros", "28 a 35 mil euros", "EUR", 28_000, None, 35_000),
    ("£45k", "£45k", "GBP", None, 45_000, None),
    ("US$ 90,000", "US$ 90,000", "USD", None, 90_000, None),
    ("1.200.000 COP", "1.200.000 COP", "COP", None, 1_200_000, None),
    ("1,2 millones de pesos colombianos", "1,2 millones de pesos colombianos", "COP", None, 1_200_000, None),
    ("over $100K", "$100K", "USD", 100_000, None, None),
    ("up to €90k", "€90k", "EUR", None, None, 90_000),
    ("Earn CHF 120'000", "CHF 120'000", "CHF", None, 120_000, None),
]


@pytest.mark.parametrize(("text", "amount", "currency", "low", "middle", "high"), CASES)
def test_figure(text: str, amount: str, currency: str, low: float | None, middle: float | None, high: float | None) -> None:
    pay = find_pay(text, "en")
    assert pay is not None
    assert (pay.amount, pay.currency, pay.low, pay.middle, pay.high) == (amount, currency, low, middle, high)


@pytest.mark.parametrize(
    "text",
    [
        "1-3 years of professional experience", "See 10 live Backend Engineer jobs", 'Designed API handling "10K requests/second"',
        "The course costs $2,000", "Employment grows by 16% in 2024-2034", "We have 2,000 employees", "Top 10 skills", "",
    ],
)  # fmt: skip
def test_what_is_not_pay(text: str) -> None:
    assert find_pay(text, "en") is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Salaries in SwitzerlandCHF 70-150K+", "CH"), ("El sueldo en España es de 30.000 €", "ES"), ("£45k in the UK", "GB"),
        ("En EE. UU. se cobran 90.000 dólares", "US"), ("en Europa oscila entre 50K - 95K EUR", "Europe"),
        ("the global market pays $50k", "Global"),
        ("tell us: $50k", None), ("US$ 90,000", None), ("In France 40k EUR, in Germany 50k EUR", "FR"),
    ],
)  # fmt: skip
def test_place(text: str, place: str | None) -> None:
    pay = find_pay(text, "en")
    assert pay is not None
    assert pay.place == place


def test_period_basis_level_and_year() -> None:
    monthly = find_pay("MXN 35,000 al mes", "es")
    spanish = find_pay("En 2024 un perfil júnior gana 24.000 € brutos", "es")
    both = find_pay("From junior to senior: $50k - $90k net per year", "en")
    first = find_pay("Junior: 30k €, senior: 60k €", "en")
    assert monthly
    assert monthly.period == "month"
    assert spanish
    assert (spanish.basis, spanish.level, spanish.year, spanish.period) == ("gross", "junior", 2024, "year")
    assert both
    assert (both.basis, both.level) == ("net", "all")
    assert first
    assert first.level == "junior"


def test_mean_and_median_are_told_apart() -> None:
    mean, median = find_pay("The average salary is $90,000", "en"), find_pay("El sueldo mediano es de 42.500 €", "es")
    assert mean
    assert mean.is_average
    assert mean.middle == 90_000
    assert median
    assert not median.is_average
    assert median.middle == 42_500


def test_plain_dollar_sign_is_the_money_of_a_country_that_writes_it_so() -> None:
    mexican, unplaced = find_pay("En México $35,000 al mes", "es"), find_pay("$35,000", "es")
    assert mexican
    assert mexican.currency == "MXN"
    assert unplaced
    assert unplaced.currency == "USD"


def test_small_words_are_no_countries() -> None:
    assert find_place("they pay us in chad") is None


PARTS = [
    # text, (amount, place, period, level) of each figure
    ("In France 40k EUR, in Germany 50k EUR", [("40k EUR", "FR", "year", "all"), ("50k EUR", "DE", "year", "all")]),
    ("£22,000 (starter) to £35,000 (experienced)", [("£22,000", None, "year", "junior"), ("£35,000", None, "year", "senior")]),
    (
        "In France 40k EUR, seniors 60k EUR, in Germany 50k EUR",
        [("40k EUR", "FR", "year", "all"), ("60k EUR", "FR", "year", "senior"), ("50k EUR", "DE", "year", "all")],
    ),
    ("Junior: 22k € / Senior: 35k €", [("22k €", None, "year", "junior"), ("35k €", None, "year", "senior")]),
    (
        "En España, quien empieza gana 1.300 € al mes; un panadero sénior, 1.900 €",
        [("1.300 €", "ES", "month", "junior"), ("1.900 €", "ES", "month", "senior")],
    ),
    (
        "Entre 20.000 y 25.000 euros al año y con másters hasta 30.000 euros en México",
        [("Entre 20.000 y 25.000 euros", "MX", "year", "all"), ("30.000 euros", "MX", "year", "all")],
    ),
    ("Bakers earn €1,900 a month, masters €31,000", [("€1,900", None, "month", "all"), ("€31,000", None, "year", "all")]),
]


@pytest.mark.parametrize(("text", "figures"), PARTS)
def test_each_figure_of_a_sentence_has_its_part(text: str, figures: list[tuple[str, str | None, str, str]]) -> None:
    parts = parts_with_pay(text, "en", "baker")
    assert [(part.pay.amount, part.pay.place, part.pay.period, part.pay.level) for part in parts] == figures
    for part in parts:
        assert part.pay.amount in text[part.start : part.end]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("The salary is $50,000 a year, plus $20,000 in shares", "$50,000"), ("They earn £22,500, with a bonus of £8,000", "£22,500"),
        ("They earn £22,500, and £1,500 more for each child", "£22,500"), ("Se ganan 30.000 €, y una prima de 9.000 €", "30.000 €"),
        ("Fees are £9,000 a year, but bakers earn £30,000", "£30,000"), ("They earn £22,500", "£22,500"),
    ],
)  # fmt: skip
def test_what_is_paid_on_top_or_is_a_cost_is_no_figure_of_its_own(text: str, amount: str) -> None:
    assert [(part.start, part.end, part.pay.amount) for part in parts_with_pay(text, "en", "baker")] == [(0, len(text), amount)]


def test_what_is_said_once_holds_for_every_figure() -> None:
    first, second = parts_with_pay("In 2024 bakers earned 17.000 € gross; with five years of experience, more than 23.500 €", "en", "baker")
    assert (first.pay.basis, first.pay.year, first.pay.note) == ("gross", 2024, None)
    assert (second.pay.basis, second.pay.year, second.pay.note) == ("gross", 2024, "with five years of experience")
    assert second.pay.low == 23_500


@pytest.mark.parametrize(
    ("text", "role", "leader"),
    [
        ("Bakers earn £22,500, shop managers reach £36,000", "baker", "shop managers"),
        ("Un panadero gana 17.000 €, y quien dirige un obrador pasa de 28.000 €", "panadero", "quien dirige un obrador"),
        ("Juniors earn £32,500, product managers reach £56,000", "product-manager", None),
        ("Bakers earn £22,500, and £25,000 where the manager is one", "baker", None),
    ],
)  # fmt: skip
def test_the_pay_of_those_who_lead_others_is_theirs(text: str, role: str, leader: str | None) -> None:
    assert [part.pay.role for part in parts_with_pay(text, "en", role)] == [None, leader]


PIECES = st.sampled_from(
    [
        "50",
        "K",
        "k",
        "-",
        "\u2013",
        "€",
        "$",
        "US$",
        "EUR",
        "CHF",
        " ",
        "35.000",
        "80,000",
        "mil",
        "entre",
        "y",
        "to",
        "al mes",
        "France",
        "+",
        ".",
        "İ",
        "ß",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(" ".join)), st.sampled_from(["en", "es"]))
def test_amount_is_always_in_the_text(text: str, language: str) -> None:
    pay = find_pay(text, language)  # type: ignore[arg-type]
    if pay is not None:
        assert pay.amount
        assert pay.amount in text
        assert any(char.isdigit() for char in pay.amount)
        if pay.low is not None and pay.high is not None:
            assert pay.low <= pay.high


@given(st.lists(st.one_of(PIECES, st.sampled_from([", ", "; ", "and", "earn", "plus"]))).map(" ".join))
def test_parts_never_overlap(text: str) -> None:
    parts = parts_with_pay(text, "en", "baker")
    assert bool(parts) == (find_pay(text, "en") is not None)
    assert all(one.end <= other.start for one, other in pairwise(parts))
    assert all(part.pay.amount in text[part.start : part.end] for part in parts)
