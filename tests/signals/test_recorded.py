"""The recorded signals against their files, read by other means, and against their README."""

import math
import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pdviz.signals import load, recorded

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "signals"


def lines(name: str) -> list[list[str]]:
    """The cells of a CSV file, header first, by splitting its text."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [[cell.strip('"') for cell in line.split(",")] for line in text.splitlines()]


def test_the_ecg_is_five_minutes_of_millivolts() -> None:
    ecg = load("ecg")
    assert ecg.samples.shape == (1, 108_000)
    assert (ecg.channels, ecg.units) == (("Lead MLII",), ("mV",))
    assert (ecg.sample_rate, ecg.time_unit, ecg.start) == (360.0, "s", 0.0)
    assert ecg.length / ecg.sample_rate == 5 * 60
    with np.load(FOLDER / "ecg_mitbih_208.npz", allow_pickle=False) as file:
        counts = file["raw"].tolist()
        assert (file["adc_zero"], file["adc_gain"]) == (1024, 200)
    expected = [(count - 1024) / 200 for count in counts]
    assert min(expected) < 0 < max(expected)
    assert ecg.samples[0].tolist() == np.array(expected, np.float32).tolist()


def test_the_ecg_names_its_source_and_licence() -> None:
    source = load("ecg").source
    for fact in ("208", "MLII", "MIT-BIH Arrhythmia Database", "PhysioNet", "Attribution License"):
        assert fact in source


def test_known_weeks_of_co2_are_as_measured() -> None:
    cells = [cell for _, cell in lines("co2_mauna_loa_weekly.csv")[1:]]
    weeks = [week for week, cell in enumerate(cells) if cell]
    co2 = load("co2")
    assert co2.samples.shape == (1, len(cells)) == (1, 2284)
    assert (co2.channels, co2.units, co2.time_unit) == (("CO₂",), ("ppm",), "year")
    assert len(weeks) == 2225
    assert co2.samples[0, weeks].tolist() == [float(np.float32(cells[week])) for week in weeks]


def test_missing_weeks_of_co2_lie_on_the_line_between_their_neighbours() -> None:
    cells = [cell for _, cell in lines("co2_mauna_loa_weekly.csv")[1:]]
    missing = [week for week, cell in enumerate(cells) if not cell]
    co2 = load("co2")
    for week in missing:
        before = next(i for i in range(week, -1, -1) if cells[i])
        after = next(i for i in range(week, len(cells)) if cells[i])
        start, end = float(cells[before]), float(cells[after])
        expected = start + (end - start) * (week - before) / (after - before)
        assert co2.samples[0, week] == pytest.approx(expected, rel=1e-7)
    assert f"{len(missing)} of the {len(cells)} weeks" in co2.source
    assert "linearly interpolated" in co2.source
    assert "Keeling and Whorf 2004" in co2.source
    assert "public domain" in co2.source


def test_co2_is_weekly_throughout_and_its_times_are_those_dates() -> None:
    days = [
        date(int(cell[:4]), int(cell[4:6]), int(cell[6:]))
        for cell, _ in lines("co2_mauna_loa_weekly.csv")[1:]
    ]
    assert {after - before for before, after in pairwise(days)} == {timedelta(days=7)}
    assert (days[0], days[-1]) == (date(1958, 3, 29), date(2001, 12, 29))
    co2 = load("co2")
    assert co2.start == 1958 + (31 + 28 + 28) / 365  # January, February, 28 days of March
    assert co2.sample_rate == pytest.approx(365.25 / 7, rel=1e-4)
    years = [
        day.year + (day.timetuple().tm_yday - 1) / (366 if day.year % 4 == 0 else 365)
        for day in days
    ]
    error_in_days = (co2.times() - years) * 365.25
    assert abs(error_in_days).max() < 1  # years of 365 and 366 days, on one even axis
    assert error_in_days[[0, -1]] == pytest.approx(0, abs=1e-6)


def test_sunspots_are_monthly_from_1749_to_2008() -> None:
    rows = lines("sunspots_monthly.csv")[1:]
    months = [f"{year}-{month:02}" for year in range(1749, 2009) for month in range(1, 13)]
    assert [month for month, _ in rows] == months
    sunspots = load("sunspots")
    assert sunspots.samples.shape == (1, 3120)
    assert sunspots.samples[0].tolist() == [float(np.float32(number)) for _, number in rows]
    assert (sunspots.units, sunspots.time_unit) == (("sunspots",), "year")
    expected = [int(month[:4]) + (int(month[5:]) - 1) / 12 for month in months]
    assert sunspots.times() == pytest.approx(expected, abs=1e-9)
    assert "NOAA" in sunspots.source
    assert "public domain" in sunspots.source


MACRO = {
    "realgdp": ("Real GDP", "billions of chained 2005 US$"),
    "realcons": ("Real consumption", "billions of chained 2005 US$"),
    "realinv": ("Real investment", "billions of chained 2005 US$"),
    "realgovt": ("Real federal spending", "billions of chained 2005 US$"),
    "realdpi": ("Real disposable income", "billions of chained 2005 US$"),
    "cpi": ("Consumer price index", "1982–84 = 100"),
    "m1": ("M1 money stock", "billions of US$"),
    "tbilrate": ("3-month Treasury bill rate", "% per year"),
    "unemp": ("Unemployment rate", "%"),
    "pop": ("Population", "millions"),
    "infl": ("Inflation rate", "% per year"),
    "realint": ("Real interest rate", "% per year"),
}


def test_macro_has_every_column_under_its_name_and_unit() -> None:
    header, *rows = lines("us_macro_quarterly.csv")
    macro = load("macro")
    assert header == ["year", "quarter", *MACRO]
    assert macro.samples.shape == (12, 203)
    assert list(zip(macro.channels, macro.units, strict=True)) == list(MACRO.values())
    for channel, cells in enumerate(list(zip(*rows, strict=True))[2:]):
        assert macro.samples[channel].tolist() == [float(np.float32(cell)) for cell in cells]
    assert "Federal Reserve Bank of St. Louis" in macro.source
    assert "public domain" in macro.source


def test_macro_is_quarterly_from_1959_to_2009() -> None:
    _, *rows = lines("us_macro_quarterly.csv")
    macro = load("macro")
    assert macro.time_unit == "year"
    expected = [int(year) + (int(quarter) - 1) / 4 for year, quarter, *_ in rows]
    assert macro.times().tolist() == expected
    assert (expected[0], expected[-1]) == (1959.0, 2009.5)


def test_macro_units_agree_with_the_values() -> None:
    macro = load("macro")
    of = dict(zip(MACRO, macro.samples.astype(float), strict=True))
    growth = [400 * math.log(b / a) for a, b in pairwise(of["cpi"])]
    assert of["infl"][1:] == pytest.approx(growth, abs=0.01)  # yearly, in per cent
    assert of["realint"][1:] == pytest.approx((of["tbilrate"] - of["infl"])[1:], abs=0.02)
    assert of["infl"][0] == of["realint"][0] == 0  # not known, as the source says
    assert "stand as 0" in macro.source
    assert 100 < of["cpi"][macro.times() == 1983.5].item() < 101  # 1982–84 = 100
    assert of["pop"][macro.times() == 2000.0].item() == pytest.approx(281, abs=2)  # the census


@pytest.mark.parametrize("name", ["ecg", "co2", "sunspots", "macro"])
def test_a_missing_file_is_explained(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(recorded, "_FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match="ship with the repository, not with the wheel"):
        recorded.read(name)


def test_read_refuses_what_was_not_recorded() -> None:
    message = "`name` (='noise') must be one of ecg, co2, sunspots, macro."
    with pytest.raises(ValueError, match=re.escape(message)):
        recorded.read("noise")
