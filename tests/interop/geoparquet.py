#!/usr/bin/env python3
"""A GeoParquet file of this program against the GeoJSON of the same collection, by Arrow and GEOS."""
import json
import sys

import pyarrow.parquet as parquet
import shapely

table = parquet.read_table(sys.argv[1])
expected = {f["id"]: f for f in json.load(open(sys.argv[2]))["features"]}
metadata = json.loads(table.schema.metadata[b"geo"])
assert metadata["primary_column"] == "geometry" and metadata["columns"]["geometry"]["encoding"] == "WKB"
assert int(table.schema.metadata[b"count"]) == len(expected) == table.num_rows
assert table.schema.metadata[b"attribution"]
for row in table.to_pylist():
    feature = expected[row["id"]]
    geometry = shapely.from_wkb(row["geometry"])
    want = shapely.geometry.shape(feature["geometry"])
    assert shapely.equals_exact(geometry, want, tolerance=0), row["id"]
    for name, value in feature["properties"].items():
        have = row[name].isoformat() if hasattr(row[name], "isoformat") else row[name]
        assert have == value, (row["id"], name, have, value)
print(f"{sys.argv[1].rsplit('/', 1)[-1]}: {table.num_rows} rows, equal")
