// The base map of an area on the phone: its tiles in a cache of their own, from which the service worker (sw.js) answers.
import { addressOf, countOver, tilesOver, type Box } from "../tiles";
import type { BaseMap } from "../types";

/** What was taken along of it. */
export interface KeptBase {
  /** As the server has it, to the last zoom that is on the phone. */
  map: BaseMap;
  tiles: number;
  bytes: number;
}

/** So many tiles, some 20 to 60 MB of pictures, are taken at most: the zoom is chosen to fit. */
export const MOST_TILES = 2500;
/** At a time. */
const STREAMS = 6;

const cacheOf = (area: string) => `giapranh-basemap-${area}`;

/** The finest zoom to which the whole box, and every coarser one, stays within the limit. */
export function lastZoom(map: BaseMap, box: Box): number {
  let sum = 0;
  let last = map.min_zoom;
  for (let z = map.min_zoom; z <= map.max_zoom; z += 1) {
    sum += countOver(map, box, z);
    if (sum > MOST_TILES) break;
    last = z;
  }
  return last;
}

/** Fetches the tiles over a box. What was kept for the area before is given up only when all of them have come. */
export async function keepBase(area: string, map: BaseMap, box: Box, onBytes: (bytes: number) => void): Promise<KeptBase> {
  const last = lastZoom(map, box);
  const wanted = Array.from({ length: last - map.min_zoom + 1 }, (_, i) => tilesOver(map, box, map.min_zoom + i)).flat();
  const fresh = `${cacheOf(area)}.new`;
  await caches.delete(fresh);
  const cache = await caches.open(fresh);
  let [at, bytes] = [0, 0];
  async function stream(): Promise<void> {
    for (let tile = wanted[at++]; tile; tile = wanted[at++]) {
      const answer = await fetch(addressOf(map, tile));
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const body = await answer.arrayBuffer();
      bytes += body.byteLength;
      // An empty place of the map is kept as such: nobody asks for it again without a signal.
      await cache.put(answer.url, new Response(answer.status === 204 ? null : body, { status: answer.status, headers: { "content-type": answer.headers.get("content-type") ?? "" } }));
      onBytes(bytes);
    }
  }
  try {
    await Promise.all(Array.from({ length: STREAMS }, stream));
    const kept = await caches.open(cacheOf(area));
    const old = new Set((await kept.keys()).map((request) => request.url));
    for (const request of await cache.keys()) {
      await kept.put(request, (await cache.match(request))!);
      old.delete(request.url);
    }
    for (const url of old) await kept.delete(url);
  } finally {
    await caches.delete(fresh);
  }
  return { map: { ...map, max_zoom: last }, tiles: wanted.length, bytes };
}

export const dropBase = async (area: string) => void (await caches.delete(cacheOf(area)));
