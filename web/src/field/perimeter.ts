// A perimeter being walked, and about how much land it holds.

export type Corner = [lon: number, lat: number];

/** Mean radius of the earth, metres (IUGG). */
const RADIUS_M = 6_371_008.8;
const rad = (deg: number) => (deg * Math.PI) / 180;

/** A new corner only after this much more than the receiver's own noise. */
const STEP_M = 5;

/** Metres on a sphere between two places near each other: within half a per cent. */
export function apart_m(a: Corner, b: Corner): number {
  const x = rad(b[0] - a[0]) * Math.cos(rad((a[1] + b[1]) / 2));
  return RADIUS_M * Math.hypot(x, rad(b[1] - a[1]));
}

/** The corners with one more, if it is far enough from the last to mean a step. */
export const walkedOn = (corners: Corner[], next: Corner): Corner[] => {
  const last = corners[corners.length - 1];
  return last && apart_m(last, next) < STEP_M ? corners : [...corners, next];
};

/** Area inside, square metres, on a sphere: within half a per cent, for the eye. The server works out the geodesic one.
 *  Girard's formula as in R. G. Chamberlain and W. H. Duquette, "Some Algorithms for Polygons on a Sphere", JPL 2007. */
export function about_m2(corners: Corner[]): number {
  if (corners.length < 3) return 0;
  let sum = 0;
  corners.forEach((a, i) => {
    const b = corners[(i + 1) % corners.length]!;
    sum += rad(b[0] - a[0]) * (2 + Math.sin(rad(a[1])) + Math.sin(rad(b[1])));
  });
  return Math.abs((sum * RADIUS_M ** 2) / 2);
}

/** As GeoJSON: closed, counter-clockwise (RFC 7946, 3.1.6). */
export function polygon(corners: Corner[]): { type: "Polygon"; coordinates: Corner[][] } {
  const signed = corners.reduce((sum, a, i) => {
    const b = corners[(i + 1) % corners.length]!;
    return sum + a[0] * b[1] - b[0] * a[1];
  }, 0);
  const ring = signed < 0 ? [...corners].reverse() : [...corners];
  return { type: "Polygon", coordinates: [[...ring, ring[0]!]] };
}
