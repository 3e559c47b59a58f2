"""Salary figures in free text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
