"""Recorded signals, read from `assets/signals`; the README there has their terms in full."""

import csv
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from pdviz.signals.signal import Signal

TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ecg": "Electrocardiogram",
        "co2": "Atmospheric CO₂ at Mauna Loa",
        "sunspots": "Sunspots",
        "macro": "US economy",
    }
)
"""The title of each recorded signal by its name, in the order to show them."""

_FOLDER = Path(__file__).resolve().parents[2] / "assets" / "signals"

_CHAINED_DOLLARS = "billions of chained 2005 US$"
_MACRO: Final = (  # column of the file, name, unit
    ("realgdp", "Real GDP", _CHAINED_DOLLARS),
    ("realcons", "Real consumption", _CHAINED_DOLLARS),
    ("realinv", "Real investment", _CHAINED_DOLLARS),
    ("realgovt", "Real federal spending", _CHAINED_DOLLARS),
    ("realdpi", "Real disposable income", _CHAINED_DOLLARS),
    ("cpi", "Consumer price index", "1982–84 = 100"),
    ("m1", "M1 money stock", "billions of US$"),
    ("tbilrate", "3-month Treasury bill rate", "% per year"),
    ("unemp", "Unemployment rate", "%"),
    ("pop", "Population", "millions"),
    ("infl", "Inflation rate", "% per year"),
    ("realint", "Real interest rate", "% per year"),
)


def read(name: str) -> Signal:
    """Read the recorded signal of that name (one of `TITLES`).

    Raises:
        ValueError: there is no such signal.
        FileNotFoundError: its file is not there.
    """
    match name:
        case "ecg":
            return _ecg()
        case "co2":
            return _co2()
        case "sunspots":
            return _sunspots()
        case "macro":
            return _macro()
    raise ValueError(f"`name` (={name!r}) must be one of {', '.join(TITLES)}.")


def _ecg() -> Signal:
    """Read five minutes at 360 Hz; millivolts = (raw − adc_zero) / adc_gain."""
    with np.load(_file("ecg_mitbih_208.npz"), allow_pickle=False) as file:
        # The counts are unsigned: subtract in float64, or what is below 0 mV would wrap around.
        millivolts = (file["raw"].astype(np.float64) - file["adc_zero"]) / file["adc_gain"]
        sample_rate = float(file["sample_rate"])
    return Signal(
        name="ecg",
        title=TITLES["ecg"],
        samples=millivolts[np.newaxis],
        channels=("Lead MLII",),
        units=("mV",),
        sample_rate=sample_rate,
        time_unit="s",
        start=0.0,
        source=(
            "Record 208, lead MLII, of the MIT-BIH Arrhythmia Database, PhysioNet (Moody and Mark "
            "2001; Goldberger et al. 2000), Open Data Commons Attribution License. "
            "The five minutes that SciPy distributes as electrocardiogram."
        ),
    )


def _co2() -> Signal:
    """Read the weeks from 29 March 1958; a missing week lies on the line between its neighbours."""
    rows = _rows("co2_mauna_loa_weekly.csv")
    ppm = np.array([float(row["co2"] or "nan") for row in rows])
    missing = np.isnan(ppm)
    weeks = np.arange(len(ppm))
    ppm[missing] = np.interp(weeks[missing], weeks[~missing], ppm[~missing])
    first, last = (_calendar_year(rows[end]["date"]) for end in (0, -1))
    return Signal(
        name="co2",
        title=TITLES["co2"],
        samples=ppm[np.newaxis],
        channels=("CO₂",),
        units=("ppm",),
        sample_rate=(len(ppm) - 1) / (last - first),
        time_unit="year",
        start=first,
        source=(
            "Weekly means at Mauna Loa, Hawaii: Keeling and Whorf 2004, CDIAC; public domain, as "
            f"statsmodels distributes them. {np.count_nonzero(missing)} of the {len(ppm)} weeks "
            "are missing and linearly interpolated."
        ),
    )


def _sunspots() -> Signal:
    """Read the months from January 1749; each mean stands at the start of its month."""
    rows = _rows("sunspots_monthly.csv")
    return Signal(
        name="sunspots",
        title=TITLES["sunspots"],
        samples=np.array([[float(row["sunspots"]) for row in rows]]),
        channels=("Monthly mean",),
        units=("sunspots",),
        sample_rate=12.0,
        time_unit="year",
        start=1749.0,
        source=(
            "Monthly mean sunspot number, NOAA National Geophysical Data Center; public domain, as "
            "statsmodels distributes it. Each mean is drawn at the start of its month."
        ),
    )


def _macro() -> Signal:
    """Read twelve channels, quarterly from 1959; each value stands at the start of its quarter."""
    rows = _rows("us_macro_quarterly.csv")
    columns, channels, units = zip(*_MACRO, strict=True)
    return Signal(
        name="macro",
        title=TITLES["macro"],
        samples=np.array([[float(row[column]) for row in rows] for column in columns]),
        channels=channels,
        units=units,
        sample_rate=4.0,
        time_unit="year",
        start=1959.0,
        source=(
            "Federal Reserve Bank of St. Louis and BLS, compiled by S. Seabold; public domain, as "
            "statsmodels distributes it. Each value is drawn at the start of its quarter; the "
            "first inflation rate and real interest rate are not known and stand as 0."
        ),
    )


def _calendar_year(yyyymmdd: str) -> float:
    """Return a date as a number: 1 January is the year itself, and its days divide it evenly."""
    day = datetime.strptime(yyyymmdd, "%Y%m%d").date()
    begin = date(day.year, 1, 1)
    return day.year + (day - begin).days / (date(day.year + 1, 1, 1) - begin).days


def _rows(name: str) -> list[dict[str, str]]:
    with _file(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _file(name: str) -> Path:
    path = _FOLDER / name
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is not there. The recorded signals ship with the repository, not with the "
            "wheel: run pdviz from a checkout."
        )
    return path
