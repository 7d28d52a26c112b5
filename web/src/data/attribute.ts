// A whole CSV file gets its localities: dropped on the page, streamed through the server, given back to keep.
import * as api from "../api";
import { el } from "../dom";
import { megabytes } from "../format";
import { lang, say, t } from "../i18n";
import type { Status } from "../types";
import { dropzone } from "./dropzone";

export function attributePart(status: Status | null): HTMLElement {
  const said = el("p", { role: "status", id: "attributesaid" });
  const bar = el("progress", { max: 1, value: 0, hidden: true, "aria-label": t("dataAttribute") });
  const result = el("p", { id: "attributed" });
  const crs = el("select", { name: "attributecrs" }, el("option", { value: "" }, t("crsNone")), ...(status?.crs ?? []).map(({ code, name }) => el("option", { value: code }, say(name))));
  const zone = dropzone("attribute", t("dataChoose"), ".csv,text/csv,text/plain", (file) => void go(file),
    el("p", {}, t("dataAttributeHow")),
    el("label", { class: "field" }, el("span", {}, t("crs")), crs),
    el("div", {}, bar, said, result));

  async function go(input: File): Promise<void> {
    result.replaceChildren();
    bar.hidden = false;
    bar.removeAttribute("value");
    said.textContent = t("asking");
    try {
      const out = await api.attribute(input, crs.value || null, lang(), (received) => {
        said.textContent = t("dataReceived", { received: megabytes(received) });
      });
      const rows = Math.max(0, (await lines(out)) - 1);
      const link = el("a", { class: "plain", href: URL.createObjectURL(out), download: input.name.replace(/(\.\w+)?$/, "-giapranh.csv") }, input.name.replace(/(\.\w+)?$/, "-giapranh.csv"));
      said.textContent = t("dataDone", { rows });
      result.replaceChildren(link);
    } catch (error) {
      said.textContent = t("dataStopped", { why: error instanceof api.Refused ? error.problem.detail : t("offlineTitle") });
    } finally {
      bar.hidden = true;
    }
  }
  return el("section", {}, el("h2", {}, t("dataAttribute")), zone);
}

/** Lines of a file, read piece by piece: it may be larger than the page should hold as text. */
async function lines(blob: Blob): Promise<number> {
  const reader = blob.stream().getReader();
  let count = 0;
  let last = 10;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return count + (last === 10 ? 0 : 1);
    for (const byte of value) if (byte === 10) count += 1;
    last = value[value.length - 1] ?? last;
  }
}
