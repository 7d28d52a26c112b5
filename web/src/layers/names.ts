// Where the name of a unit goes: one place for each unit, however many parts it has, and within sight when the map is
// so near that the middle of the unit is not.
import type Feature from "ol/Feature";
import { containsXY, getIntersection, intersects, isEmpty, type Extent } from "ol/extent";
import type Geometry from "ol/geom/Geometry";
import MultiPolygon from "ol/geom/MultiPolygon";
import Point from "ol/geom/Point";
import Polygon from "ol/geom/Polygon";

type Ring = number[][];

/** A point inside the largest part of the unit, or of what is seen of it; `undefined` out of sight. */
export function namePlace(feature: Feature, sight: Extent): Geometry | undefined {
  const middle = middleOf(feature);
  if (!middle) return feature.getGeometry();
  const [x, y] = middle.getCoordinates() as [number, number];
  if (containsXY(sight, x, y)) return middle;
  const seen = partsOf(feature.getGeometry())
    .filter((part) => intersects(part.getExtent(), sight))
    .map((part) => clip(part.getCoordinates()[0]!, getIntersection(part.getExtent(), sight)))
    .filter((ring) => ring.length > 3)
    .map((ring) => new Polygon([ring]));
  const largest = largestOf(seen);
  return largest && !isEmpty(largest.getExtent()) ? largest.getInteriorPoint() : undefined;
}

function middleOf(feature: Feature): Point | null {
  const known = feature.get("middle") as Point | undefined;
  if (known) return known;
  const largest = largestOf(partsOf(feature.getGeometry()));
  if (!largest) return null;
  const [x, y] = largest.getInteriorPoint().getCoordinates() as [number, number];
  const middle = new Point([x, y]);
  feature.set("middle", middle, true);
  return middle;
}

const partsOf = (geometry: Geometry | undefined): Polygon[] =>
  geometry instanceof MultiPolygon ? geometry.getPolygons() : geometry instanceof Polygon ? [geometry] : [];

const largestOf = (parts: Polygon[]): Polygon | null =>
  parts.reduce<Polygon | null>((best, part) => (best && best.getArea() >= part.getArea() ? best : part), null);

/** Sutherland–Hodgman against a box. Parts of a concave ring may stay joined along the edge of the box, which does not
 *  matter for placing a name. Closed ring in, closed ring out; empty when nothing is inside. */
export function clip(ring: Ring, [minX, minY, maxX, maxY]: Extent): Ring {
  const sides: [axis: 0 | 1, limit: number, keepAbove: boolean][] = [[0, minX!, true], [0, maxX!, false], [1, minY!, true], [1, maxY!, false]];
  let points = ring.slice(0, -1);
  for (const [axis, limit, keepAbove] of sides) {
    const inside = (p: number[]) => (keepAbove ? p[axis]! >= limit : p[axis]! <= limit);
    const next: Ring = [];
    points.forEach((to, index) => {
      const from = points[(index + points.length - 1) % points.length]!;
      if (inside(to) !== inside(from)) {
        const f = (limit - from[axis]!) / (to[axis]! - from[axis]!);
        next.push([from[0]! + f * (to[0]! - from[0]!), from[1]! + f * (to[1]! - from[1]!)]);
      }
      if (inside(to)) next.push(to);
    });
    points = next;
  }
  return points.length > 0 ? [...points, points[0]!] : [];
}
