// What is drawn of a base map of vector tiles: water, streams, contours, peaks, roads, hamlets. Its own boundaries and the names
// of units are left out: giapranh says what it knows of those, with its basis. Layers by the names that Protomaps and
// OpenMapTiles use.

export type BaseKind = "water" | "stream" | "wood" | "road" | "path" | "contour" | "peak" | "name";

/** Readable on light and on dark land alike. */
export const BASE_COLOURS = { water: "#5a9ecf", wood: "#4f8f5a40", road: "#8b8b8b", path: "#a08a6a", contour: "#b08d5788", name: "#3d5a6e", halo: "#ffffffcc" };

/** What a feature is drawn as; null: not at all. */
export function drawnAs(properties: Record<string, unknown>, geometry: string): BaseKind | null {
  const kind = [properties["kind_detail"], properties["class"], properties["kind"]].filter(Boolean).join(" ");
  const line = geometry.includes("LineString");
  switch (properties["layer"]) {
    case "water":
      return line ? "stream" : geometry.includes("Polygon") ? "water" : null;
    case "waterway":
    case "physical_line":
      return "stream";
    case "landcover":
    case "landuse":
      return /wood|forest/.test(kind) && geometry.includes("Polygon") ? "wood" : null;
    case "roads":
    case "transportation":
      return line ? (/path|track|footway/.test(kind) ? "path" : "road") : null;
    case "contour":
    case "contours":
      return line ? "contour" : null;
    case "mountain_peak":
    case "peaks":
      return "peak";
    case "pois":
      return /\bpeak\b/.test(kind) ? "peak" : null;
    case "places":
    case "place":
      // Hamlets and villages; the units themselves are named by giapranh.
      return /village|hamlet|neighbourhood|locality|isolated_dwelling/.test(kind) ? "name" : null;
    default:
      return null;
  }
}
