// What an act in the panel becomes for the server.
import { describe, expect, it } from "vitest";
import { bodyOf } from "../src/panels/incident";

const form = (fields: Record<string, string>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
};
const name = { vi: "", en: "" };

describe("an act's body", () => {
  it.each([
    [{ do: "step", step: "verify", name }, { note: "  " }, { do: "step", step: "verify" }],
    [{ do: "step", step: "verify", name }, { note: " đã xem " }, { do: "step", step: "verify", note: "đã xem" }],
    [{ do: "step", step: "reject", name }, { why: "false", whose: "x" }, { do: "step", step: "reject", rejection: { why: "false" } }],
    [{ do: "step", step: "reject", name }, { why: "elsewhere", whose: "Xã Tà Tổng" }, { do: "step", step: "reject", rejection: { why: "elsewhere", whose: "Xã Tà Tổng" } }],
    [{ do: "line", step: "propose", unit: "03158", name }, { to: "03160", note: "sang bên kia suối" }, { do: "line", step: "propose", unit: "03158", to: "03160", note: "sang bên kia suối" }],
    [{ do: "answer", unit: "03160", name }, { accepted: "false" }, { do: "answer", unit: "03160", accepted: false }],
    [{ do: "comment", name }, { text: "<b>" }, { do: "comment", text: "<b>" }],
    [{ do: "rejudge", name }, {}, { do: "rejudge" }],
  ])("%j with %j", (act, fields, body) => expect(bodyOf(act, form(fields))).toEqual(body));
});
