// An answer about made-up squares, for tests of words. Nothing in it is a real place.
import type { Answer, Dispute, SliverProps } from "../src/types";

const name = { vi: "Đồi Vuông", en: "Square Hill" };

export const dispute: Dispute = {
  id: "d", name, status: "open", status_date: "2024-02-03", level: "commune", zone: "filed_by_one", in_zone: true, distance_m: 12, width_m: null,
  parties: [
    { village: "Một", then: { code: "1", name: "Xã Tây", district: "Huyện Ô", province: "Tỉnh A" }, now: [{ code: "3", name: "Xã Tây Mới", province: "Tỉnh A" }] },
    { village: null, then: { code: "2", name: "Xã Đông", district: "Huyện Ê", province: "Tỉnh B" }, now: [{ code: "2", name: "Xã Đông", province: "Tỉnh B" }] },
  ],
  claims: [
    { id: "c", party: 0, filed: "2025-08-09", asks_for: "line", crs: "EPSG:9205", scale: 10000, document: { title: "Biên bản thử", number: "1/BB", date: null, url: null, source: null } },
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
  disputes: [dispute], agreements: [],
  act_first: { kind: "forest_fire", rule: "nearest", agreement: null, informed: [{ code: "3", name: "Xã Tây Mới" }, { code: "2", name: "Xã Đông" }], acts: [{ code: "3", name: "Xã Tây Mới" }], vi: "Báo ngay.", en: "Inform." },
  duties: [{ agreement: "pact", in_force: "not_known", duty: "joint_handling", text: { vi: "Cùng xử lý.", en: "Handle together." } }],
  bodies: [
    { role: "people", known: true, name: "Hộ dân", locality: null, of: null, distance_m: null, probability: null, by_lineage: true, valid_from: "2023-08-01", valid_to: null, basis: null, vi: "Dân cư: Hộ dân", en: "People: households" },
    { role: "forest_owner", known: false, name: null, locality: null, of: null, distance_m: null, probability: null, by_lineage: false, valid_from: null, valid_to: null, basis: null, vi: "Chủ rừng: không rõ", en: "Forest owner: not known" },
    { role: "ranger_station", known: false, name: null, locality: null, of: null, distance_m: null, probability: null, by_lineage: false, valid_from: null, valid_to: null, basis: null, vi: "Hạt: không rõ", en: "Station: not known" },
  ],
  readings: [], datasets_disagree: false,
  basis: { dataset: "squares", title: name, publisher: null, licence: "MIT", date: null, line_accuracy_m: 70, gps_sigma_m: 9.9, gps_assumed: false, indicative: false, legal_act: null },
  explanation: { vi: "Hai bên.", en: "Two sides." },
};

export const sliver: SliverProps = {
  from: "1", to: "2", from_unit: { code: "1", name: "Xã Tây", province: "Tỉnh A" }, to_unit: { code: "2", name: "Xã Đông", province: "Tỉnh B" },
  area_m2: 123_000, length_m: 2_900, width_m: 85, dataset_a: "one", dataset_b: "two", title_a: { vi: "Bản đồ Một", en: "Map One" }, title_b: { vi: "Bản đồ Hai", en: "Map Two" },
  noise: false, note: { vi: "Bằng chứng về sự khác nhau, không phải bằng chứng bên nào sai.", en: "Evidence of a difference, never of guilt." },
};
