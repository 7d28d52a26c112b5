// Where the phone is, better with every reading: the field's owner of the receiver.
import type { NoFix } from "../geolocation";
import { apart_m } from "./perimeter";

export interface Reading { lon: number; lat: number; accuracy_m: number; at_ms: number }
/** `still`: every reading is the same to the last digit, which a real receiver never gives. */
export interface Mean { lon: number; lat: number; accuracy_m: number; count: number; still: boolean }

/** Readings older than this tell where one was. */
const FRESH_MS = 60_000;
/** As many identical readings in a row do not come from a receiver. */
const STILL_COUNT = 4;
/** The mean of the fresh readings taken where the latest one was, weighted by 1/accuracy². Its accuracy is that of the
 *  best reading: errors of a receiver minutes apart are not independent, so the mean is not called better than that. */
export function mean(readings: Reading[]): Mean | null {
  const last = readings[readings.length - 1];
  if (!last) return null;
  const here = readings.filter((r) => last.at_ms - r.at_ms <= FRESH_MS && apart_m([r.lon, r.lat], [last.lon, last.lat]) <= 2 * (r.accuracy_m + last.accuracy_m));
  const weights = here.map((r) => 1 / r.accuracy_m ** 2);
  const sum = weights.reduce((a, b) => a + b, 0);
  const of = (value: (r: Reading) => number) => here.reduce((total, r, i) => total + value(r) * weights[i]!, 0) / sum;
  const still = here.length >= STILL_COUNT && here.every((r) => r.lon === last.lon && r.lat === last.lat && r.accuracy_m === last.accuracy_m);
  return { lon: of((r) => r.lon), lat: of((r) => r.lat), accuracy_m: Math.min(...here.map((r) => r.accuracy_m)), count: here.length, still };
}

/** Follows the receiver until the returned function is called. */
export function follow(onReading: (reading: Reading) => void, onNoFix: (why: NoFix) => void): () => void {
  if (!isSecureContext) return onNoFix("geoInsecure"), () => {};
  if (!("geolocation" in navigator)) return onNoFix("geoUnsupported"), () => {};
  const id = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => onReading({ lon: coords.longitude, lat: coords.latitude, accuracy_m: Math.max(1, coords.accuracy), at_ms: timestamp }),
    (error) => onNoFix(error.code === 1 ? "geoDenied" : error.code === 3 ? "geoTimeout" : "geoUnavailable"),
    { enableHighAccuracy: true, timeout: 30_000, maximumAge: 0 },
  );
  return () => navigator.geolocation.clearWatch(id);
}
