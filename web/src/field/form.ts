// One report being written. Every change is kept on the phone at once; there is no button to save.
import { el } from "../dom";
import { hectares, locale } from "../format";
import { kindIcon } from "../kinds";
import { t, word } from "../i18n";
import { INCIDENT_KINDS, type Status } from "../types";
import { follow } from "./fix";
import { uuid7 } from "./ids";
import * as kept from "./kept";
import { about_m2, walkedOn } from "./perimeter";
import { placeWords, taking, type Taking } from "./place";
import type { Here } from "./here";
import type { Report } from "./types";

/** What the server takes (photos.rs). */
const PHOTO_TYPES = ["image/jpeg", "image/png", "image/webp"];
const PHOTO_MEGABYTES = 25;
/** Readings worse than this are no corner of a perimeter. */
const CORNER_M = 30;

const two = (n: number) => String(n).padStart(2, "0");
const localTime = (d: Date) => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`;

/** A new report, from where the person is, if known. */
export async function newReport(by: string | null, here: Here): Promise<Report> {
  const now = new Date();
  const report: Report = {
    id: uuid7(), by, state: "draft", made_at: now.toISOString(), changed_at: now.toISOString(), kind: null,
    place: here.place, perimeter: [], occurred: localTime(now), description: "", area_ha: "",
    answer: here.answered?.answer ?? null, photos: [], refusal: null, receipt: null,
  };
  await kept.keepReport(report);
  return report;
}

/** Why it cannot be sent yet; null: it can. */
export function missing(r: Report): "reportNoKind" | "reportNoPlace" | "reportNoWhen" | null {
  if (!r.kind) return "reportNoKind";
  if (!r.place) return "reportNoPlace";
  if (Number.isNaN(new Date(r.occurred).getTime())) return "reportNoWhen";
  return null;
}

export interface FormScreen { node: HTMLElement; stop(): void }

export function formScreen(report: Report, status: Status | null, onSend: (report: Report) => void, onGone: () => void): FormScreen {
  let take: Taking | null = null;
  let unwalk: (() => void) | null = null;
  const saved = el("p", { class: "saved", role: "status" });
  const wrong = el("p", { class: "alert", role: "alert", id: "formwrong" });

  async function change(apply: (r: Report) => void): Promise<void> {
    apply(report);
    try {
      await kept.changeReport(report.id, (r) => {
        apply(r);
        r.changed_at = new Date().toISOString();
      });
      saved.textContent = t("reportKept", { time: new Date().toLocaleTimeString(locale()) });
      wrong.replaceChildren();
    } catch {
      wrong.textContent = t("reportKeepFull");
    }
  }

  const kinds = el("fieldset", { class: "kinds" }, el("legend", {}, t("reportKind")),
    ...INCIDENT_KINDS.map((kind) => el("label", { class: "kind" },
      el("input", { type: "radio", name: "kind", value: kind, checked: report.kind === kind, onchange: () => void change((r) => (r.kind = kind)) }),
      kindIcon(kind), el("span", {}, word("kind", kind)))));

  const where = el("div", { class: "where-box" });
  function renderWhere(): void {
    take?.stop();
    take = null;
    where.replaceChildren(
      el("h3", {}, t("reportWhere")),
      report.place ? el("p", { class: "coords" }, placeWords(report.place)) : "",
      el("button", { type: "button", class: "plain big", onclick: takeAgain }, t("reportNewPosition")));
    if (!report.place) takeAgain();
  }
  function takeAgain(): void {
    take = taking(status, (place) => {
      // What was answered belongs to the place it was answered for.
      void change((r) => Object.assign(r, { place, answer: null }));
      where.querySelector(".coords")?.remove();
      where.querySelector("h3")!.after(el("p", { class: "coords" }, placeWords(place)));
    });
    where.querySelector("button")?.replaceWith(take.node);
  }

  const walk = el("div", { class: "walk" });
  function renderWalk(): void {
    const area = () => hectares(about_m2(report.perimeter));
    const points = report.perimeter.length;
    const act = (label: string, onclick: () => void, id: string) => el("button", { type: "button", class: "plain big", onclick, id }, label);
    if (unwalk) {
      walk.replaceChildren(el("p", { role: "status" }, t("walkGoing", { points, area: area() })), act(t("walkDone"), endWalk, "walkdone"));
    } else if (points > 2) {
      walk.replaceChildren(el("p", {}, t("walked", { points, area: area() })), act(t("walkDrop"), () => void change((r) => (r.perimeter = [])).then(renderWalk), "walkdrop"));
    } else {
      walk.replaceChildren(act(t("walkStart"), beginWalk, "walk"));
    }
  }
  function beginWalk(): void {
    void change((r) => (r.perimeter = []));
    unwalk = follow((reading) => {
      if (reading.accuracy_m > CORNER_M) return;
      const corners = walkedOn(report.perimeter, [reading.lon, reading.lat]);
      if (corners !== report.perimeter) void change((r) => (r.perimeter = corners)).then(renderWalk);
    }, (why) => {
      wrong.textContent = t(why);
      // A receiver that has lost the sky for a while finds it again: only what will not pass ends the walk.
      if (why !== "geoTimeout" && why !== "geoUnavailable") setTimeout(endWalk);
    });
    renderWalk();
  }
  function endWalk(): void {
    unwalk?.();
    unwalk = null;
    if (report.perimeter.length > 0 && report.perimeter.length < 3) {
      wrong.textContent = t("walkFew");
      void kept.changeReport(report.id, (r) => (r.perimeter = []));
      report.perimeter = [];
    }
    renderWalk();
  }

  const photos = el("div", { class: "photos" });
  function renderPhotos(): void {
    const input = el("input", { type: "file", accept: PHOTO_TYPES.join(","), multiple: true, class: "hiddenfile", id: "photofile" });
    input.addEventListener("change", () => void addPhotos([...(input.files ?? [])]));
    photos.replaceChildren(
      el("h3", {}, t("reportPhotos")),
      el("ul", {}, ...report.photos.map((p) => el("li", {}, el("span", {}, p.name),
        el("button", { type: "button", class: "plain", "aria-label": t("reportRemovePhoto", { name: p.name }), onclick: () => void removePhoto(p.id) }, "✕")))),
      isSecureContext ? el("label", { class: "plain big filebutton" }, input, t("reportAddPhoto")) : el("p", { class: "alert" }, t("reportPhotosInsecure")));
  }
  async function addPhotos(files: File[]): Promise<void> {
    for (const file of files) {
      const name = file.name.slice(0, 80);
      if (!PHOTO_TYPES.includes(file.type)) { wrong.textContent = t("reportPhotoKind", { name }); continue; }
      if (file.size > PHOTO_MEGABYTES * 1e6) { wrong.textContent = t("reportPhotoBig", { name, megabytes: PHOTO_MEGABYTES }); continue; }
      const id = uuid7();
      try {
        await kept.keepPhoto(id, file.type, await file.arrayBuffer());
        await change((r) => (r.photos = [...r.photos, { id, name, bytes: file.size, sent: false }]));
      } catch {
        wrong.textContent = t("reportKeepFull");
      }
    }
    renderPhotos();
  }
  async function removePhoto(id: string): Promise<void> {
    await change((r) => (r.photos = r.photos.filter((p) => p.id !== id)));
    await kept.dropPhoto(id);
    renderPhotos();
  }

  const text = (name: string, label: string, control: HTMLInputElement | HTMLTextAreaElement, set: (r: Report, value: string) => void) => {
    control.name = name;
    control.addEventListener("input", () => void change((r) => set(r, control.value)));
    return el("label", { class: "field" }, el("span", {}, label), control);
  };
  const about = el("textarea", { rows: 3, maxlength: 10000, placeholder: t("reportAboutHint") });
  about.value = report.description;

  const node = el("form", { class: "report", novalidate: true },
    el("h2", {}, t("reportTitle")),
    kinds, where,
    text("occurred", t("reportWhen"), el("input", { type: "datetime-local", value: report.occurred }), (r, v) => (r.occurred = v)),
    text("description", t("reportAbout"), about, (r, v) => (r.description = v)),
    text("area", t("reportArea"), el("input", { type: "text", inputmode: "decimal", value: report.area_ha }), (r, v) => (r.area_ha = v)),
    walk, photos, wrong, saved,
    el("div", { class: "formactions" },
      el("button", { type: "submit", class: "primary big", id: "send" }, t("reportSend")),
      el("button", { type: "button", class: "plain big", id: "deletedraft", onclick: () => void drop() }, t("reportDelete"))));
  async function drop(): Promise<void> {
    if (!confirm(t("reportDeleteSure"))) return;
    await kept.dropReport(report.id);
    onGone();
  }
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    if (unwalk) endWalk();
    const why = missing(report);
    if (why) {
      wrong.textContent = t(why);
      return;
    }
    onSend(report);
  });
  renderWhere();
  renderWalk();
  renderPhotos();
  return {
    node,
    stop() {
      take?.stop();
      unwalk?.();
    },
  };
}
