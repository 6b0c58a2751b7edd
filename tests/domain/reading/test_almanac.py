"""The table of farmers' months and solar terms against the library it was made with."""

from domain.reading.almanac import SOLAR_TERMS, computed_lunar_year, computed_term, lunar_year, term


def test_the_table_says_what_the_library_computes() -> None:
    for year in (2019, 2020, 2025, 2026, 2027, 2028, 2033, 2050):
        assert lunar_year(year) == computed_lunar_year(year)
    for name in SOLAR_TERMS:
        assert term(name, 2026) == computed_term(name, 2026)


def test_years_outside_the_table_are_computed() -> None:
    assert lunar_year(2060) == computed_lunar_year(2060)
    assert term("冬至", 2060) == computed_term("冬至", 2060)
