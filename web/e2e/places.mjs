// Where to click, asked of the server at run time: no coordinates of boundaries are kept here.
import { SERVER } from "./browser.mjs";

const get = async (path) => {
  const response = await fetch(`${SERVER}/api/${path}`);
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return response.json();
};

/** The middle of a dispute's stretch of line, or another share of it, or null where the server has no zone for it. */
async function middleOf(name, share = 1 / 2) {
  const { features } = await get("disputes");
  const stretch = features.find((f) => f.properties.role === "stretch" && f.geometry && f.properties.name.vi.includes(name));
  if (!stretch) return null;
  const { type, coordinates } = stretch.geometry;
  const line = type === "LineString" ? coordinates : coordinates.reduce((a, b) => (b.length > a.length ? b : a));
  const [lon, lat] = line[Math.floor(line.length * share)];
  return { lon, lat };
}

/** A place inside the largest sliver narrow enough to be one: halfway between two corners of its ring that is inside it. */
async function sliver() {
  const { features } = await get("slivers?f=geojson&min_area=50000");
  for (const { geometry, properties } of features) {
    if (properties.noise || properties.area_m2 > 400_000 || geometry.type !== "Polygon") continue;
    const ring = geometry.coordinates[0];
    for (let i = 0; i < ring.length - 1; i += 1) {
      const across = ring[(i + Math.floor(ring.length / 2)) % ring.length];
      const place = [(ring[i][0] + across[0]) / 2, (ring[i][1] + across[1]) / 2];
      if (inRing(place, ring)) return { lon: place[0], lat: place[1] };
    }
  }
  return null;
}

function inRing([x, y], ring) {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

/** Takes back every claim that stands in a dispute, so that a journey begins with a derived zone. */
export async function withdrawAll(dispute) {
  const { today } = await get("status");
  const { features } = await get("disputes");
  for (const { properties: p } of features.filter((f) => f.properties.role === "claim" && f.properties.dispute === dispute)) {
    const body = JSON.stringify({ by: "Người thử", date: today, document: { title: "Rút yêu cầu thử" } });
    const response = await fetch(`${SERVER}/api/disputes/${dispute}/claims/${p.id}/withdrawal`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${process.env.GIAPRANH_TOKEN}` }, body });
    if (!response.ok) throw new Error(`withdrawal: HTTP ${response.status} ${await response.text()}`);
  }
}

/** A place in the region where the server names a locality. */
async function inside() {
  for (const [lon, lat] of [[102.95, 22.1], [103.2, 21.9], [103.9, 22.2], [104.4, 21.9]]) {
    const answer = await get(`locate?x=${lon}&y=${lat}&crs=EPSG:4326`);
    if (answer.localities.length > 0) return { lon, lat, name: answer.localities[0].name };
  }
  throw new Error("the server names no locality anywhere in the region");
}

/** `stand` and `report` are where incidents are reported: apart from where other journeys touch the map. */
export async function places() {
  const status = await get("status");
  const here = await inside();
  const aside = (lat) => ({ lon: here.lon + 0.01, lat: here.lat + lat });
  return {
    indicative: status.indicative,
    today: status.today,
    basemap: status.basemap,
    hotspot: await middleOf("Cây Sặt"),
    claimed: await middleOf("Nậm Kè"),
    sliver: await sliver(),
    inside: here,
    stand: (await middleOf("Cây Sặt", 1 / 4)) ?? aside(0.03),
    report: aside(0.05),
  };
}
