"""Draws a made-up country of hills and streams as a base map, for the journeys: nobody's map, so that no licence and no
boundary of it matters.

  python3 draw.py FILE.mbtiles LON LAT HALF_SIZE_DEG MAX_ZOOM
"""

import math
import sqlite3
import struct
import sys
import zlib

SIZE = 256


def height(lon, lat):
    """Hills some kilometres across, metres above the sea."""
    x, y = lon * 104, lat * 111
    return 900 + 300 * math.sin(x / 2.1 + math.cos(y / 3.3)) * math.cos(y / 1.7) + 120 * math.sin(x / 0.9 - y / 1.3)


def colour(lon, lat, step):
    h = height(lon, lat)
    slope = (height(lon + step, lat) - height(lon - step, lat)) - (height(lon, lat + step) - height(lon, lat - step))
    light = max(0.55, min(1.05, 0.85 - slope / (step * 111_000) * 0.9))
    if h < 640:  # a stream along the valley's bottom
        return (122, 174, 214)
    if (h % 100) < step * 111_000 * 0.2:  # contours
        return (182, 160, 120)
    green, brown = (203, 222, 190), (232, 224, 205)
    f = max(0.0, min(1.0, (h - 640) / 700))
    return tuple(int(min(255, (g + (b - g) * f) * light)) for g, b in zip(green, brown))


def png(rows):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    raw = b"".join(b"\0" + bytes(v for pixel in row for v in pixel) for row in rows)
    head = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")


def tile(z, x, y, coarse):
    def lon(px):
        return (x + px / SIZE) / 2**z * 360 - 180

    def lat(py):
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + py / SIZE) / 2**z))))

    step = 360 / 2**z / SIZE * coarse
    lons = [lon(px + coarse / 2) for px in range(0, SIZE, coarse)]
    rows = []
    for py in range(0, SIZE, coarse):
        here = lat(py + coarse / 2)
        row = [c for at in lons for c in [colour(at, here, step)] * coarse]
        rows += [row] * coarse
    return png(rows)


def main(path, lon, lat, half, last):
    lon, lat, half, last = float(lon), float(lat), float(half), int(last)
    west, south, east, north = lon - half, lat - half, lon + half, lat + half
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
    db.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
    db.execute("CREATE UNIQUE INDEX place ON tiles (zoom_level, tile_column, tile_row)")
    words = {"name": "Đồi và suối (bịa)", "format": "png", "attribution": "hình bịa để thử, không của ai", "bounds": f"{west},{south},{east},{north}"}
    db.executemany("INSERT INTO metadata VALUES (?, ?)", words.items())

    def row_of(at, z):
        return int((0.5 - math.asinh(math.tan(math.radians(at))) / (2 * math.pi)) * 2**z)

    for z in range(7, last + 1):
        for x in range(int((west + 180) / 360 * 2**z), int((east + 180) / 360 * 2**z) + 1):
            for y in range(row_of(north, z), row_of(south, z) + 1):
                db.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", (z, x, 2**z - 1 - y, tile(z, x, y, 2)))
    db.commit()
    db.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
