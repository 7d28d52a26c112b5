#!/usr/bin/env python3
"""GeoParquet files of this program against the GeoJSON of the same collections, by Arrow and GEOS, value by value and vertex by
vertex. (GDAL has no driver for it in Debian 12.)

Usage: geoparquet.py COLLECTION.parquet …     (beside each its COLLECTION.geojson)
"""
import json
import sys
from datetime import date, datetime

import pyarrow.parquet as parquet
import shapely

for path in sys.argv[1:]:
    table = parquet.read_table(path)
    expected = {f["id"]: f for f in json.load(open(path.replace(".parquet", ".geojson")))["features"]}
    metadata = json.loads(table.schema.metadata[b"geo"])
    assert metadata["primary_column"] == "geometry" and metadata["columns"]["geometry"]["encoding"] == "WKB"
    assert int(table.schema.metadata[b"count"]) == len(expected) == table.num_rows, path
    assert table.schema.metadata[b"title"] and table.schema.metadata[b"note"], path
    rows = table.to_pylist()
    assert {row["id"] for row in rows} == set(expected), path
    for row in rows:
        feature = expected[row["id"]]
        where = (path, row["id"])
        assert (row["geometry"] is None) == (feature["geometry"] is None), where
        if feature["geometry"]:
            geometry = shapely.from_wkb(row["geometry"])
            assert shapely.equals_exact(geometry, shapely.geometry.shape(feature["geometry"]), tolerance=0), where
        assert set(row) == {"id", "geometry"} | set(feature["properties"]), where
        for name, value in feature["properties"].items():
            have = row[name]
            if isinstance(have, datetime):
                # Parquet keeps microseconds.
                value, have = value and datetime.fromisoformat(value.replace("Z", "")[:26]), have.replace(tzinfo=None)
            elif isinstance(have, date):
                have = have.isoformat()
            assert have == value, (*where, name, have, value)
    print(f"{path.rsplit('/', 1)[-1]}: {table.num_rows} features, equal")
