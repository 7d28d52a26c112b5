"""A made-up base map of vector tiles, by GDAL: streams, contours, a lake, and a boundary that must not be drawn.

  python3 vector.py FOLDER LON LAT      writes FOLDER/map.mbtiles
"""

import json
import math
import os
import subprocess
import sys


def feature(kind, coordinates, **properties):
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def layers(lon, lat):
    def stream(k):
        wave = [[lon - 0.15 + 0.01 * i, lat - 0.1 + 0.05 * k + 0.02 * math.sin(i / 3 + k)] for i in range(31)]
        return feature("LineString", wave, **{"class": "stream"})

    def ring(r):
        turns = [i * math.pi / 32 for i in range(65)]
        return [[lon + 0.03 * r * math.cos(a), lat + 0.03 * r * math.sin(a)] for a in turns]

    return {
        "waterway": [stream(k) for k in range(5)],
        "contours": [feature("LineString", ring(r), ele=int(500 + 100 * r)) for r in (1, 1.5, 2, 2.5)],
        "water": [feature("Polygon", [ring(0.2)], **{"class": "lake"})],
        "boundary": [feature("LineString", [[lon - 0.15, lat - 0.15], [lon + 0.15, lat + 0.15]], admin_level=4)],
    }


def main(folder, lon, lat):
    os.makedirs(folder, exist_ok=True)
    parts = []
    for name, features in layers(float(lon), float(lat)).items():
        path = os.path.join(folder, f"{name}.geojson")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"type": "FeatureCollection", "features": features}, file)
        parts.append(f'<OGRVRTLayer name="{name}"><SrcDataSource>{path}</SrcDataSource><SrcLayer>{name}</SrcLayer></OGRVRTLayer>')
    vrt = os.path.join(folder, "all.vrt")
    with open(vrt, "w", encoding="utf-8") as file:
        file.write(f"<OGRVRTDataSource>{''.join(parts)}</OGRVRTDataSource>")
    map_file = os.path.join(folder, "map.mbtiles")
    options = ["-dsco", "MINZOOM=8", "-dsco", "MAXZOOM=13", "-dsco", "NAME=Suối (bịa)"]
    subprocess.run(["ogr2ogr", "-f", "MBTILES", map_file, vrt, *options], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
