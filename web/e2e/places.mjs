// Where to click, asked of the server at run time: no coordinates of boundaries are kept here.
import { SERVER } from "./browser.mjs";

const get = async (path) => {
  const response = await fetch(`${SERVER}/api/${path}`);
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return response.json();
};

/** The middle of the Cây Sặt–Nậm Ngà stretch, or null where the server has no zone for it. */
async function hotspot() {
  const { features } = await get("disputes");
  const stretch = features.find((f) => f.properties.role === "stretch" && f.geometry && f.properties.name.vi.includes("Cây Sặt"));
  if (!stretch) return null;
  const { type, coordinates } = stretch.geometry;
  const line = type === "LineString" ? coordinates : coordinates.reduce((a, b) => (b.length > a.length ? b : a));
  const [lon, lat] = line[Math.floor(line.length / 2)];
  return { lon, lat };
}

/** A place in the region where the server names a locality. */
async function inside() {
  for (const [lon, lat] of [[102.95, 22.1], [103.2, 21.9], [103.9, 22.2], [104.4, 21.9]]) {
    const answer = await get(`locate?x=${lon}&y=${lat}&crs=EPSG:4326`);
    if (answer.localities.length > 0) return { lon, lat, name: answer.localities[0].name };
  }
  throw new Error("the server names no locality anywhere in the region");
}

export async function places() {
  const status = await get("status");
  return { indicative: status.indicative, today: status.today, hotspot: await hotspot(), inside: await inside() };
}
