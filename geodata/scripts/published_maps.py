"""Reads the published boundary files from a mirror, laid out as DIR/HOST/PATH of the URL they come from.

The files are never part of this repository. The scripts that measure something on them take the mirror as an argument.
Shapes are in UTM zone 48N on WGS 84 (EPSG:32648), metres: at most 0.1 % off the ground in this region, and where a
length or an area is reported it is computed on the ellipsoid instead.
"""

import json
from pathlib import Path

import numpy as np
import shapely
from pyproj import Geod, Transformer
from shapely.geometry import shape

HOST = "raw.githubusercontent.com"
COMMUNES = "thanglequoc/vietnamese-provinces-database/cd58063299585146ded3981f2272946ef19ced54"
DISTRICTS = "daohoangson/dvhcvn/4b1b6b59c5880c620722663bcb48c5c105364be5"
DEFAULT_MIRROR = Path(__file__).resolve().parents[3] / "shared" / "mirror"

WGS84 = Geod(ellps="WGS84")
_TO_UTM = Transformer.from_crs(4326, 32648, always_xy=True)


def to_utm(geometry):
    """Degrees (longitude, latitude) to metres in UTM 48N."""
    return shapely.transform(geometry, lambda c: np.column_stack(_TO_UTM.transform(c[:, 0], c[:, 1])))


def to_degrees(geometry):
    """Metres in UTM 48N to degrees (longitude, latitude)."""
    return shapely.transform(
        geometry, lambda c: np.column_stack(_TO_UTM.transform(c[:, 0], c[:, 1], direction="INVERSE"))
    )


def hectares(geometry) -> float:
    """Geodesic area of a shape in UTM 48N."""
    total = 0.0
    for polygon in shapely.get_parts(to_degrees(geometry)):
        if polygon.geom_type == "Polygon":
            rings = [polygon.exterior, *polygon.interiors]
            areas = [abs(WGS84.geometry_area_perimeter(ring)[0]) for ring in rings]
            total += areas[0] - sum(areas[1:])
    return total / 1e4


def geodesic_distance(a, b):
    """Metres on the ellipsoid between two arrays of points in UTM 48N."""
    p, q = shapely.get_coordinates(to_degrees(a)), shapely.get_coordinates(to_degrees(b))
    return WGS84.inv(p[:, 0], p[:, 1], q[:, 0], q[:, 1])[2]


def commune_files(mirror: Path) -> list[Path]:
    """One file a commune, in order of path."""
    return sorted((mirror / HOST / COMMUNES / "json" / "geojson").glob("*/wards/*.geojson"))


def district_files(mirror: Path) -> list[Path]:
    """One file an old province."""
    return sorted((mirror / HOST / DISTRICTS / "data" / "gis").glob("*.json"))


def communes(mirror: Path) -> dict[str, tuple[str, shapely.Geometry]]:
    """Commune code -> (province code since July 2025, shape). A ring that crosses itself is mended, not dropped."""
    found = {}
    for path in commune_files(mirror):
        feature = json.loads(path.read_text(encoding="utf-8"))["features"][0]
        province = path.parent.parent.name[:2]
        found[feature["properties"]["code"]] = (province, shapely.make_valid(to_utm(shape(feature["geometry"]))))
    return found


def districts(mirror: Path) -> dict[str, tuple[str, str, shapely.Geometry]]:
    """District code as labelled in the file -> (name as labelled, old province code, shape)."""
    found = {}
    for path in district_files(mirror):
        province = json.loads(path.read_text(encoding="utf-8"))
        for district in province["level2s"]:
            geometry = shape({"type": "MultiPolygon", "coordinates": district["coordinates"]})
            found[district["level2_id"]] = (
                district["name"],
                province["level1_id"],
                shapely.make_valid(to_utm(geometry)),
            )
    return found


def union(geometries) -> shapely.Geometry:
    """The union as areas only: what `make_valid` left as lines is dropped."""
    whole = shapely.union_all(list(geometries))
    return shapely.union_all([p for p in shapely.get_parts(whole) if p.geom_type == "Polygon"])
