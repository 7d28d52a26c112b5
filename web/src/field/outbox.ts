// Sends what is waiting, oldest first, whenever there is a way: saved first, sent later, never lost, never twice. What a
// report is on the phone is changed here and in the form only, and always in one transaction.
import * as api from "../api";
import { lang, t } from "../i18n";
import * as kept from "./kept";
import { polygon } from "./perimeter";
import type { Person, Receipt, Report } from "./types";
import type { IncidentFeature } from "../types";

/** Bytes of a photo in one request: small enough to get through a weak signal, large enough not to crawl. */
const PIECE_BYTES = 256 * 1024;
/** Waits between tries without an answer. */
const RETRY_MS = [5_000, 15_000, 60_000, 300_000];
/** What the server says that will pass: somebody has to sign in, too many at once, being mended. */
const PASSING = new Set([401, 408, 425, 429, 500, 502, 503, 504]);

/** The report as `PUT /api/incidents/{id}` takes it. */
export function body(report: Report): object {
  const place = report.place!;
  const walked = report.perimeter.length > 2;
  const position = walked ? polygon(report.perimeter)
    : place.text ?? { type: "Point", coordinates: [place.lon, place.lat] };
  const area = Number(report.area_ha.replace(",", "."));
  return {
    kind: report.kind,
    position,
    ...(place.text !== null && !walked && place.crs ? { crs: place.crs } : {}),
    ...(place.accuracy_m !== null ? { accuracy_m: Math.round(place.accuracy_m * 10) / 10 } : {}),
    how: walked && place.how !== "mock" ? "walked" : place.how,
    // The form's local time is the phone's own; the server is told which instant that is.
    occurred_at: new Date(report.occurred).toISOString(),
    recorded_at: report.made_at,
    ...(report.description.trim() ? { description: report.description.trim() } : {}),
    ...(area > 0 ? { area_ha: area } : {}),
    ...(report.answer ? { device_answer: deviceAnswer(report.answer) } : {}),
  };
}

const deviceAnswer = (a: NonNullable<Report["answer"]>) => ({
  verdict: a.verdict,
  localities: a.localities.flatMap((l) => l.code ?? []),
  ...(a.basis ? { dataset: a.basis.dataset } : {}),
});

export const receiptOf = (f: IncidentFeature): Receipt => ({
  received_at: f.properties.received_at,
  verdict: f.properties.verdict,
  localities: f.properties.lines.flatMap((l) => (l.unit ? [l.unit.name] : [])),
  differs: f.properties.device_differs ?? [],
});

export interface Outbox {
  /** Tries now; what waits goes on by itself later. */
  flush(): void;
  /** Somebody signed in, or out. */
  as(person: Person | null): void;
  person(): Person | null;
}

export function outbox(onChange: () => void, onSignedOut: () => void): Outbox {
  let who: Person | null = null;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let again = false;

  const set = async (id: string, change: (report: Report) => void) => {
    await kept.changeReport(id, change);
    onChange();
  };

  async function sendPhotos(report: Report): Promise<void> {
    for (const ref of report.photos.filter((p) => !p.sent)) {
      const photo = await kept.photo(ref.id);
      if (!photo) continue;
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", photo.bytes));
      const sha256 = Array.from(digest, (b) => b.toString(16).padStart(2, "0")).join("");
      let progress = await api.beginPhoto(report.id, { id: ref.id, sha256, bytes: photo.bytes.byteLength }, lang());
      while (!progress.done && progress.received < photo.bytes.byteLength) {
        const piece = photo.bytes.slice(progress.received, progress.received + PIECE_BYTES);
        progress = await api.photoPiece(ref.id, progress.received, piece, lang());
      }
      await set(report.id, (r) => {
        for (const p of r.photos) if (p.id === ref.id) p.sent = true;
      });
    }
  }

  /** True when there is nothing more to try for this report now. */
  async function sendOne(report: Report): Promise<boolean> {
    try {
      if (!report.receipt) {
        await set(report.id, (r) => (r.state = "sending"));
        const answer = await api.report(report.id, body(report), lang());
        await set(report.id, (r) => (r.receipt = receiptOf(answer)));
      }
      await sendPhotos(report);
      await set(report.id, (r) => (r.state = "received"));
      return true;
    } catch (error) {
      const refused = error instanceof api.Refused && !PASSING.has(error.problem.status);
      await set(report.id, (r) => {
        r.state = refused ? "refused" : "waiting";
        r.refusal = refused ? error.problem.detail : null;
      });
      if (error instanceof api.Refused && error.problem.status === 401) {
        who = null;
        onSignedOut();
      }
      return refused;
    }
  }

  async function run(): Promise<void> {
    const mine = (r: Report) => (r.state === "waiting" || r.state === "sending") && r.by === who?.name;
    for (const report of (await kept.reports()).filter(mine).reverse()) {
      if (await sendOne(report)) {
        tries = 0;
        continue;
      }
      if (who) timer = setTimeout(flush, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
      return;
    }
  }

  function flush(): void {
    clearTimeout(timer);
    if (!who) return;
    if (running) {
      again = true;
      return;
    }
    running = true;
    // Two windows of the page must not send at the same time; the server would take it, but the states would flicker.
    const locked = navigator.locks ? navigator.locks.request("giapranh-outbox", run) : run();
    void Promise.resolve(locked).catch((error) => console.warn(t("outbox.waiting"), error)).finally(() => {
      running = false;
      if (again) {
        again = false;
        flush();
      }
    });
  }

  addEventListener("online", () => {
    tries = 0;
    flush();
  });
  document.addEventListener("visibilitychange", () => !document.hidden && flush());

  return {
    flush() {
      tries = 0;
      flush();
    },
    as(person) {
      who = person;
      flush();
    },
    person: () => who,
  };
}
