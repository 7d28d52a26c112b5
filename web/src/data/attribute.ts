// A whole CSV file gets its localities: dropped on the page, streamed through the server, given back to keep.
import * as api from "../api";
import { el } from "../dom";
import { megabytes } from "../format";
import { lang, say, t } from "../i18n";
import type { Status } from "../types";

export function attributePart(status: Status | null): HTMLElement {
  const said = el("p", { role: "status", id: "attributesaid" });
  const bar = el("progress", { max: 1, value: 0, hidden: true, "aria-label": t("dataAttribute") });
  const result = el("p", { id: "attributed" });
  const crs = el("select", { name: "attributecrs" }, el("option", { value: "" }, t("crsNone")), ...(status?.crs ?? []).map(({ code, name }) => el("option", { value: code }, say(name))));
  const file = el("input", { type: "file", accept: ".csv,text/csv,text/plain", class: "hiddenfile", id: "attributefile" });
  const zone = el("div", { class: "dropzone", id: "dropzone" },
    el("p", {}, t("dataAttributeHow")),
    el("label", { class: "field" }, el("span", {}, t("crs")), crs),
    el("label", { class: "primary filebutton" }, file, t("dataChoose")),
    bar, said, result);

  file.addEventListener("change", () => file.files?.[0] && void go(file.files[0]));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    const dropped = event.dataTransfer?.files[0];
    if (dropped) void go(dropped);
  });

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
      file.value = "";
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
