// The only file that asks the device where it is.

export interface Fix { lon: number; lat: number; accuracy_m: number }
export type NoFix = "geoInsecure" | "geoUnsupported" | "geoDenied" | "geoUnavailable" | "geoTimeout";

/** One fix. Rejects with the key of the sentence that says why there is none.
 *  Android reports the 68 % radius, which is what the server takes; the W3C text says 95 %, and reading such a value as
 *  68 % only makes the answer more careful. */
export function currentFix(): Promise<Fix> {
  return new Promise((resolve, reject: (why: NoFix) => void) => {
    if (!isSecureContext) return reject("geoInsecure");
    if (!("geolocation" in navigator)) return reject("geoUnsupported");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lon: coords.longitude, lat: coords.latitude, accuracy_m: Math.max(1, Math.round(coords.accuracy)) }),
      (error) => reject(error.code === 1 ? "geoDenied" : error.code === 3 ? "geoTimeout" : "geoUnavailable"),
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 0 },
    );
  });
}
