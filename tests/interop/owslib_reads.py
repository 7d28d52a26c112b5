#!/usr/bin/env python3
"""OWSLib reads collections, pages, queryables, a filter, one feature.

Usage: owslib_reads.py URL TOKEN
"""
import sys

from owslib.ogcapi.features import Features

url, token = sys.argv[1:3]
api = Features(f"{url}/ogc", headers={"Authorization": f"Bearer {token}"})
assert any("ogcapi-features-1" in c for c in api.conformance()["conformsTo"])
names = api.feature_collections()
assert {"communes", "boundaries", "disputes", "incidents"} <= set(names), names
assert api.api()["openapi"].startswith("3.0")
for name in names:
    first = api.collection_items(name, limit=3)
    assert first["type"] == "FeatureCollection" and first["numberReturned"] == len(first["features"]), name
    properties = api.collection_queryables(name)["properties"]
    assert {"id", "geometry"} <= set(properties), name
    if first["features"]:
        feature = first["features"][0]
        one = api.collection_item(name, feature["id"])
        assert one["properties"] == feature["properties"] and one["geometry"] == feature["geometry"], name
        assert set(feature["properties"]) <= set(properties), name
    print(f"{name}: {first.get('numberMatched', '?')} features")
found = api.collection_items("communes", filter="province_code = '12' AND area_ha > 10000", limit=1000)
assert all(f["properties"]["province_code"] == "12" and f["properties"]["area_ha"] > 10000 for f in found["features"])
boxed = api.collection_items("communes", bbox=[103.0, 22.0, 103.01, 22.01])
print(f"communes of Lai Châu larger than 10 000 ha: {found['numberMatched']}; at 103° E 22° N: {boxed['numberMatched']}")
