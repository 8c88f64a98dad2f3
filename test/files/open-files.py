# Opens exported tables as their readers do: pandas, DuckDB, Python's SQLite, and its csv in the dialect of Excel. `manifest.json` beside
# the files names the columns of each table with their types, and the values that were exported. Exits 1 with what differs.
import csv
import datetime
import json
import math
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pandas
import pyarrow.parquet

FOLDER = Path(sys.argv[1])
MANIFEST = json.loads((FOLDER / "manifest.json").read_text())
DOCS = Path(__file__).parents[2] / "docs"
FOLLOWED = FOLDER / "oura-files"
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# What can hide a formula: blanks, line breaks, control characters and invisible ones.
HIDDEN = " \t\n\r\v\f\x01\x1c\x1d\x1e\x7f\x85\u2028\u2029\u200b"
PROBLEMS = []
CHECKED = 0


def expect(what, found, wanted):
    global CHECKED
    CHECKED += 1
    if found != wanted:
        PROBLEMS.append(f"{what}: found {found!r}, wanted {wanted!r}")


def is_formula(text):
    return text[:1] in ("\t", "\r", "\n") or text.lstrip(HIDDEN)[:1] in FORMULA


def plain(value, kind):
    """A value of any reader as the exported JSON has it, instants as UTC."""
    if value is None or value is pandas.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if kind == "date":
        return pandas.Timestamp(value).strftime("%Y-%m-%d")
    if kind == "instant":
        stamp = pandas.Timestamp(value)
        stamp = stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
        return stamp.floor("ms").isoformat()
    if kind == "integer":
        return int(value) if int(value) == value else value
    if kind == "double":
        return float(value)
    if kind == "boolean":
        return bool(value)
    # DuckDB takes the ids for UUIDs.
    return str(value)


def compare(reader, name, rows, columns):
    wanted = MANIFEST[name]["rows"]
    expect(f"{reader} {name}: number of rows", len(rows), len(wanted))
    for at, (row, other) in enumerate(zip(rows, wanted)):
        for column in columns:
            kind = column["type"]
            # An item of a night has fields that exist only if the night was new.
            cell = plain(other.get(column["name"]), kind)
            # A spreadsheet must not run text: CSV leads it by an apostrophe.
            if kind == "text" and "csv" in reader and isinstance(cell, str) and is_formula(cell):
                cell = "'" + cell
            expect(f"{reader} {name} row {at} {column['name']}", plain(row[column["name"]], kind), cell)


def records(frame):
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


# What pandas makes of each type in Parquet, and what DuckDB does.
PANDAS = {"date": "object", "instant": "datetime64[ms, UTC]", "integer": ("int64", "float64"), "double": "float64",
          "boolean": ("bool", "object"), "text": ("str", "object")}
DUCKDB = {"date": "DATE", "instant": "TIMESTAMP WITH TIME ZONE", "integer": "BIGINT", "double": "DOUBLE",
          "boolean": "BOOLEAN", "text": "VARCHAR"}
ARROW = {"date": "date32[day]", "instant": "timestamp[ms, tz=UTC]", "integer": "int64", "double": "double",
         "boolean": "bool", "text": "string"}


def one_of(what, found, wanted):
    options = wanted if isinstance(wanted, tuple) else (wanted,)
    expect(what, found if found in options else f"{found}, none of {options}", found)


def check(name):
    columns = MANIFEST[name]["columns"]
    names = [column["name"] for column in columns]
    instants = [column["name"] for column in columns if column["type"] == "instant"]
    dates = [column["name"] for column in columns if column["type"] == "date"]
    path = {form: str(FOLDER / f"{name}.{form}") for form in ("csv", "jsonl", "json", "parquet")}

    # Parquet
    frame = pandas.read_parquet(path["parquet"])
    expect(f"pandas parquet {name}: columns", list(frame.columns), names)
    for column in columns:
        if frame[column["name"]].notna().any():
            one_of(f"pandas parquet {name}.{column['name']}: type", str(frame[column["name"]].dtype), PANDAS[column["type"]])
    compare("pandas parquet", name, records(frame), columns)
    file = pyarrow.parquet.ParquetFile(path["parquet"])
    for column, field in zip(columns, file.schema_arrow):
        expect(f"arrow parquet {name}.{column['name']}: type", str(field.type), ARROW[column["type"]])
    stated = json.loads(file.metadata.metadata[b"columns"])
    for key in (b"time_zone", b"software_version", b"created_at"):
        expect(f"arrow parquet {name}: states its {key.decode()}", key in file.metadata.metadata, True)
    expect(f"arrow parquet {name}: units", [each["unit"] for each in stated], [column["unit"] for column in columns])
    described = duckdb.sql(f"DESCRIBE SELECT * FROM read_parquet('{path['parquet']}')").fetchall()
    for column, (field, kind, *_) in zip(columns, described):
        expect(f"duckdb parquet {name}.{column['name']}: type", (field, kind), (column["name"], DUCKDB[column["type"]]))
    compare("duckdb parquet", name, duck(f"read_parquet('{path['parquet']}')", names), columns)

    # CSV
    frame = pandas.read_csv(path["csv"], keep_default_na=False, na_values=[""], dtype={
        column["name"]: "object" for column in columns if column["type"] == "text"})
    expect(f"pandas csv {name}: columns", list(frame.columns), names)
    for column in instants + dates:
        frame[column] = pandas.to_datetime(frame[column], utc=column in instants, format="ISO8601")
    for column in columns:
        if column["type"] in ("integer", "double") and frame[column["name"]].notna().any():
            one_of(f"pandas csv {name}.{column['name']}: type", str(frame[column["name"]].dtype), ("int64", "float64"))
    compare("pandas csv", name, records(frame), columns)
    # DuckDB gets only the file, and finds the separator, the header and the types by itself.
    described = duckdb.sql(f"DESCRIBE SELECT * FROM read_csv('{path['csv']}', sample_size=-1)").fetchall()
    expect(f"duckdb csv {name}: columns", [field for field, *_ in described], names)
    expect(f"duckdb csv {name}: type of the first column", described[0][1], DUCKDB[columns[0]["type"]])
    compare("duckdb csv", name, duck(f"read_csv('{path['csv']}', sample_size=-1)", names), columns)

    # Excel: a byte order mark, commas, CRLF, every row as wide as the header.
    raw = Path(path["csv"]).read_bytes()
    expect(f"excel csv {name}: byte order mark", raw[:3], b"\xef\xbb\xbf")
    with open(path["csv"], encoding="utf-8-sig", newline="") as lines:
        table = list(csv.reader(lines, dialect="excel"))
    expect(f"excel csv {name}: header", table[0], names)
    expect(f"excel csv {name}: widths", {len(row) for row in table}, {len(names)})
    expect(f"excel csv {name}: rows", len(table) - 1, len(MANIFEST[name]["rows"]))
    for row in table[1:]:
        for column, cell in zip(columns, row):
            if column["type"] in ("integer", "double") and cell != "":
                expect(f"excel csv {name}.{column['name']}: a number", math.isfinite(float(cell)), True)
            if column["type"] == "text":
                expect(f"excel csv {name}.{column['name']}: no formula", is_formula(cell), False)

    # JSON Lines
    compare("pandas jsonl", name, [json.loads(line) for line in open(path["jsonl"], encoding="utf-8")], columns)
    frame = pandas.read_json(path["jsonl"], lines=True, dtype=False, precise_float=True)
    expect(f"pandas jsonl {name}: columns", list(frame.columns), names)
    compare("pandas jsonl", name, records(frame), columns)
    compare("duckdb jsonl", name, duck(f"read_json_auto('{path['jsonl']}', format='newline_delimited', sample_size=-1)", names), columns)


def sqlite_rows(path, name):
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(f"SELECT * FROM {name}")]


def check_sqlite(reader, path, name):
    columns = MANIFEST[name]["columns"]
    rows = sqlite_rows(path, name)
    expect(f"{reader} {name}: columns", list(rows[0]), [column["name"] for column in columns])
    described = [row for row in sqlite_rows(path, "columns") if row["table_name"] == name]
    expect(f"{reader} {name}: described columns", [{"name": row["column_name"], "type": row["type"], "unit": row["unit"]}
                                                   for row in described], columns)
    compare(reader, name, rows, columns)


def check_followed(name):
    columns = MANIFEST[name]["columns"]
    names = [column["name"] for column in columns]
    frame = pandas.read_parquet(FOLLOWED / name)
    expect(f"pandas followed {name}: columns", list(frame.columns), [*names, "year"])
    compare("pandas followed", name, records(frame), columns)
    compare("duckdb followed", name, duck(f"read_parquet('{FOLLOWED}/{name}/*/*.parquet')", names), columns)
    check_sqlite("sqlite followed", FOLLOWED / "oura-sleep.sqlite", name)


def check_read_elsewhere():
    """The examples of docs/read-elsewhere.md, run as they are printed."""
    os.chdir(FOLDER)
    names = {}
    blocks = (DOCS / "read-elsewhere.md").read_text().split("```python\n")[1:]
    for block in blocks:
        exec(block.split("```")[0], names)  # pylint: disable=exec-used
    expect("read elsewhere: blocks", len(blocks), 3)
    expect("read elsewhere: nights of the months", sum(row[1] for row in names["months"].fetchall()), len(MANIFEST["nights"]["rows"]))
    expect("read elsewhere: days with a load", bool(names["days"]["volume_load"].notna().any()), True)
    expect("read elsewhere: the curve has instants", str(names["curve"]["instant"].dtype)[:10], "datetime64")
    expect("read elsewhere: the curve has values", bool(names["curve"]["heart_rate"].notna().any()), True)
    expect("read elsewhere: unit of the heart rate", dict(zip(names["units"]["column_name"], names["units"]["unit"]))["heart_rate"], "bpm")


def duck(source, names):
    duckdb.sql("SET TimeZone = 'UTC'")
    listed = ", ".join(f'"{name}"' for name in names)
    return [dict(zip(names, row)) for row in duckdb.sql(f"SELECT {listed} FROM {source}").fetchall()]


def check_example():
    """The example of the data dictionary, run as it is printed, splits the features as it says."""
    code = (DOCS / "data.md").read_text().split("```python\n")[1].split("```")[0]
    os.chdir(FOLDER)
    names = {}
    exec(code, names)  # pylint: disable=exec-used
    rows, train, test = names["rows"], names["train"], names["test"]
    expect("example: there are rows on both sides", train.any() and test.any(), True)
    gap = rows.loc[test, "date"].min() - rows.loc[train, "date"].max()
    expect("example: days of the embargo", gap > names["embargo"], True)
    expect("example: no target is a feature", [name for name in names["features"] if "target" in name], [])
    expect("example: features that are no numbers", [
        name for name, kind in names["features"].dtypes.items() if kind.kind not in "ifbO"], [])


for table in MANIFEST:
    check(table)
    check_sqlite("sqlite", FOLDER / f"{table}.sqlite", table)
    # These tables do not change after the folder was followed.
    if table not in ("texts", "workouts"):
        check_followed(table)
check_example()
check_read_elsewhere()
print(f"pandas {pandas.__version__}, DuckDB {duckdb.__version__}, pyarrow {pyarrow.__version__}: {CHECKED} checks, {len(PROBLEMS)} differ")
for problem in PROBLEMS[:40]:
    print(f"  {problem}")
sys.exit(1 if PROBLEMS else 0)
