// An answer about made-up squares, for tests of words. Nothing in it is a real place.
import type { Answer, Dispute } from "../src/types";

const name = { vi: "Đồi Vuông", en: "Square Hill" };

export const dispute: Dispute = {
  id: "d", name, status: "open", status_date: "2024-02-03", level: "commune", zone: "derived", in_zone: true, distance_m: 12, width_m: 500,
  parties: [
    { village: "Một", then: { code: "1", name: "Xã Tây", district: "Huyện Ô", province: "Tỉnh A" }, now: [{ code: "3", name: "Xã Tây Mới", province: "Tỉnh A" }] },
    { village: null, then: { code: "2", name: "Xã Đông", district: "Huyện Ê", province: "Tỉnh B" }, now: [{ code: "2", name: "Xã Đông", province: "Tỉnh B" }] },
  ],
  became: null, note: null,
};

const locality = { kind: "xã", district: null, role: "territory", candidates: [], became: [], party: true };

export const disputed: Answer = {
  verdict: "disputed", reason: null, at: "2026-01-02",
  position: { lon: 103.1, lat: 22.2, accuracy_m: 15, as_typed: "510305 2455000", read_as: { crs: "EPSG:9205", name: { vi: "VN-2000 103°", en: "VN-2000 103°" } }, notes: [{ code: "swapped_axes", vi: "đã đổi trục", en: "axes swapped" }], other_readings: [] },
  localities: [
    { ...locality, code: "3", name: "Xã Tây Mới", province: "Tỉnh A", probability: 0.6, distance_m: 0, contains: true },
    { ...locality, code: "2", name: "Xã Đông", province: "Tỉnh B", probability: 0.4, distance_m: 12, contains: false },
  ],
  boundary: { distance_m: 12, bearing_deg: 92, between: [{ code: "3", name: "Xã Tây Mới" }, { code: "2", name: "Xã Đông" }], lon: 103.1, lat: 22.2 },
  disputes: [dispute], agreements: [], bodies: [], readings: [], datasets_disagree: false,
  basis: { dataset: "squares", title: name, publisher: null, licence: "MIT", date: null, line_accuracy_m: 70, gps_sigma_m: 9.9, gps_assumed: false, indicative: false, legal_act: null },
  explanation: { vi: "Hai bên.", en: "Two sides." },
};
