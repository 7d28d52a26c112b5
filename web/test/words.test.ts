import { afterEach, describe, expect, it } from "vitest";
import { setLang } from "../src/i18n";
import { sliversOf } from "../src/panels/slivers";
import { boundaryLine, plainText } from "../src/plaintext";
import { actingStandsOut, dutiesByAgreement, headline, localityFacts, partyThen, sliverLine, units } from "../src/words";
import { disputed, sliver } from "./answers";

afterEach(() => setLang("vi"));
const first = disputed.localities[0]!;

describe("the headline", () => {
  it("names both parties of a dispute", () => {
    expect(headline(disputed)).toBe("Xã Tây Mới và Xã Đông");
  });

  it("names both parties where only one of them is likely", () => {
    expect(headline({ ...disputed, localities: [{ ...first, probability: 1 }] })).toBe("Xã Tây Mới và Xã Đông");
  });

  it("offers every commune that is in question", () => {
    expect(headline({ ...disputed, verdict: "uncertain" })).toBe("Xã Tây Mới hoặc Xã Đông");
    const group = { ...first, code: null, candidates: [{ code: "8", name: "Xã Tám" }, { code: "9", name: "Xã Chín" }] };
    expect(headline({ ...disputed, verdict: "uncertain", localities: [group] })).toBe("một trong: Xã Tám hoặc Xã Chín");
  });

  it("names nobody while a position can be read in several ways", () => {
    expect(headline({ ...disputed, verdict: "ambiguous_position" })).not.toContain("Xã");
  });
});

describe("the facts of a locality", () => {
  it("say that a probability belongs to a group", () => {
    const group = { ...first, candidates: [{ code: "8", name: "Xã Tám" }, { code: "9", name: "Xã Chín" }] };
    expect(localityFacts(group)).toContain("60 % cho cả nhóm Xã Tám hoặc Xã Chín");
    expect(localityFacts(first)).toBe("xác suất 60 % · điểm nằm bên trong");
  });
});

describe("units in a row", () => {
  it("stand under their provinces", () => {
    const refs = [{ code: "1", name: "Xã Tây", province: "Tỉnh A" }, { code: "2", name: "Xã Đông", province: "Tỉnh B" }, { code: "3", name: "Xã Nam", province: "Tỉnh A" }];
    expect(units(refs)).toBe("Tỉnh A: Xã Tây và Xã Nam; Tỉnh B: Xã Đông");
  });

  it("of a party then are told with village and district", () => {
    expect(disputed.disputes[0]!.parties.map(partyThen)).toEqual(["bản Một, Xã Tây, Huyện Ô, Tỉnh A", "Xã Đông, Huyện Ê, Tỉnh B"]);
  });
});

describe("who acts first", () => {
  const one = [{ code: "3", name: "Xã Tây Mới" }];
  const act = { ...disputed.act_first!, informed: one, acts: one, vi: "Xã Tây Mới hành động." };

  it.each([["disputed", true], ["uncertain", true], ["sole", false]] as const)("stands out for «%s»: %s", (verdict, stands) => {
    expect(actingStandsOut({ ...disputed, verdict, act_first: act })).toBe(stands);
  });

  it("never leaves out whom to inform where there are several", () => {
    expect(actingStandsOut({ ...disputed, verdict: "sole" })).toBe(true);
  });

  it("is one line in the text where one commune is certain, with the agreement where one rules", () => {
    const sole = { ...disputed, verdict: "sole" as const, act_first: act };
    expect(plainText(sole, false, "")).toContain("Ai hành động trước: Xã Tây Mới hành động.\n");
    expect(plainText(sole, false, "")).not.toContain("Báo ngay cho");
    expect(plainText({ ...sole, act_first: { ...act, agreement: "pact" } }, false, "")).toContain("Theo: pact.");
  });
});

describe("the duties", () => {
  it("stand under their agreements, each with its address, in the order they came", () => {
    const duty = disputed.duties[0]!;
    const groups = dutiesByAgreement({ ...disputed, duties: [duty, { ...duty, agreement: "other", in_force: "yes" }, { ...duty, duty: "protect_forest" }] });
    expect(groups.map((g) => [g.id, g.in_force, g.duties.length])).toEqual([["pact", "not_known", 2], ["other", "yes", 1]]);
  });
});

describe("a sliver", () => {
  it("tells both maps alike, the land in hectares and the widest gap", () => {
    expect(sliverLine(sliver)).toBe("Xã Tây, Tỉnh A (Bản đồ Một) → Xã Đông, Tỉnh B (Bản đồ Hai) · 12,3 ha · Chỗ rộng nhất: 85 m");
    expect(sliverLine({ ...sliver, noise: true })).toContain("coi là nhiễu");
  });

  it("is found among everything drawn at a place, claims and zones aside", () => {
    const drawn = ["claim", "sliver", "zone"].map((role) => ({ getProperties: () => ({ ...sliver, role }) }));
    expect(sliversOf(drawn)).toEqual([{ ...sliver, role: "sliver" }]);
  });

  it("goes into the text with what it is evidence of, and only when it was touched", () => {
    const text = plainText(disputed, true, "", [sliver]);
    expect(text).toContain(sliverLine(sliver));
    expect(text).toContain("không phải bằng chứng bên nào sai");
    expect(plainText(disputed, true, "")).not.toContain("12,3 ha");
  });
});

describe("the nearest boundary", () => {
  it("has distance, direction and the other side", () => {
    expect(boundaryLine(disputed)).toBe("12 m về phía đông. Bên kia: Xã Đông");
  });

  it("has no direction on the line itself, and says when nothing is known beyond", () => {
    const on = { ...disputed, boundary: { ...disputed.boundary!, distance_m: 0, bearing_deg: null, between: [null, null] } };
    expect(boundaryLine(on)).toBe("Điểm nằm ngay trên đường ranh giới. Bên kia: ngoài vùng dữ liệu");
  });
});

describe("the answer as text", () => {
  it("carries what makes it checkable, in the language shown", () => {
    const text = plainText(disputed, false, "http://localhost/#x");
    for (const part of ["Ranh giới chưa thống nhất: Xã Tây Mới và Xã Đông", "22.20000°B 103.10000°Đ", "EPSG:9205", "Bạn gõ: 510305 2455000", "đã đổi trục", "sai số máy ±15 m",
      "Đồi Vuông · đang mở", "vùng giữa yêu cầu một bên", "nhận đường ranh giới · nộp ngày 09/08/2025 · tỷ lệ 1:10\u202f000 · EPSG:9205 · Biên bản thử · số 1/BB", "chưa nộp yêu cầu",
      "Ai hành động trước: Báo ngay cho: Xã Tây Mới, Tỉnh A; Xã Đông, Tỉnh B · Hành động trước: Xã Tây Mới, Tỉnh A", "không phải quy định của pháp luật", "Áp dụng cho: cháy rừng",
      "Không rõ thỏa thuận này còn ràng buộc hay không", "Phối hợp xử lý: Cùng xử lý.", "Dân cư: Hộ dân · ghi cho đơn vị cũ, suy ra theo sáp nhập · Thời gian: từ 01/08/2023, ngày hết không rõ · Căn cứ: không rõ",
      "Chưa có dữ liệu về: chủ rừng và Hạt Kiểm lâm khu vực.", "bản Một, Xã Tây, Huyện Ô, Tỉnh A → Xã Tây Mới, Tỉnh A", "squares", "σ = 70 m", "02/01/2026", "Nơi công bố: không rõ", "http://localhost/#x"]) {
      expect(text).toContain(part);
    }
    setLang("en");
    expect(plainText(disputed, false, "")).toContain("Boundary not settled: Xã Tây Mới and Xã Đông");
  });

  it("begins with a warning when the boundaries are indicative, and only then", () => {
    expect(plainText(disputed, false, "")).not.toContain("chỉ dẫn");
    const text = plainText({ ...disputed, basis: { ...disputed.basis!, indicative: true } }, false, "");
    expect(text.split("\n")[1]).toContain("Ranh giới chỉ dẫn");
  });

  it("claims no typing for a point picked on the map", () => {
    const text = plainText(disputed, true, "");
    expect(text).not.toContain("Bạn gõ");
    expect(text).toContain("Lấy từ bản đồ");
  });
});
