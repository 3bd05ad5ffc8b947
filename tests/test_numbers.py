"""Numbers by value, and terms that carry them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.folding import fold
from rag.text.numbers import numbers
from rag.text.terms import terms


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2\u4e07\u5757", ["20000"]),
        ("20,000 GPUs", ["20000"]),
        ("5.4亿美元", ["540000000"]),
        ("5.4 億美元", ["540000000"]),
        ("540 million dollars", ["540000000"]),
        ("$1.2bn", ["1200000000"]),
        ("1,5", ["1", "5"]),
        ("40%", ["40%"]),
        ("40 percent", ["40%"]),
        ("\uff14\uff10\uff05", ["40%"]),
        ("百分之四十", ["40%"]),
        ("百分之30.4", ["30.4%"]),
        ("30.40%", ["30.4%"]),
        ("三千五百万", ["35000000"]),
        ("两亿", ["200000000"]),
        ("二十三", ["23"]),
        ("十分重要", []),
        ("一般", []),
        ("3 Milliarden Euro", ["3000000000"]),
        ("2,5 млн", ["2", "5000000"]),
        ("5 миллионов", ["5000000"]),
        ("3억 원", ["300000000"]),
        ("in 2023", ["2023"]),
        ("12 mil millones", ["12000000000"]),
        ("12 miles", ["12"]),
    ],
)
def test_values(text: str, values: list[str]) -> None:
    assert numbers(fold(text)) == values


def test_the_same_amount_meets_in_any_language() -> None:
    amounts = ["5.4亿", "5.4億", "540 million", "540,000,000", "540 Millionen"]
    assert all("540000000" in terms(amount) for amount in amounts)


def test_a_value_is_its_own_term() -> None:
    assert terms("540000000") == ["540000000"]
    assert terms("40%") == ["40", "40%"]


@given(st.text(alphabet="0123456789.,%万亿千百十二两 milionbp", max_size=40))
def test_any_text_has_values_that_read_back(text: str) -> None:
    for value in numbers(text):
        assert numbers(value) == [value]
