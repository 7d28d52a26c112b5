// The first screen: where am I, whose is it, where does the line run, and the way to a report.
import * as api from "../api";
import { el } from "../dom";
import { date, distance } from "../format";
import { lang, t } from "../i18n";
import { warning } from "../icons";
import { answerParts } from "../panels/answer";
import { problem } from "../panels/problem";
import type { Status } from "../types";
import { answering, type Answered, type Unanswered } from "./answering";
import { followCompass } from "./compass";
import { sketch } from "./sketch";
import type { Phone } from "./phone";
import { placeWords, taking, typed } from "./place";
import type { Place } from "./types";

/** What the screen holds while another one is looked at. */
export interface Here { place: Place | null; answered: Answered | null }

export interface HereScreen { node: HTMLElement; stop(): void }

export function hereScreen(held: Here, status: Status | null, phone: Phone, onReport: (held: Here) => void): HereScreen {
  let flight: AbortController | null = null;
  let unfollow: (() => void) | null = null;
  let heading_deg: number | null = null;
  const live = el("div", { class: "live", "aria-live": "polite" });
  const rest = el("div", { class: "answer" });
  const said = el("p", { class: "source", role: "status" });
  const take = taking(status, (place) => void ask(place));
  const report = el("button", { type: "button", class: "primary big", id: "report", onclick: () => onReport(held) }, t("reportHere"));
  const node = el("div", { class: "here" },
    status?.indicative && el("p", { class: "note" }, el("strong", {}, t("indicative")), ". ", t("indicativeDetail")),
    take.node, live, said, el("div", { class: "reportrow" }, report), rest);

  async function ask(place: Place): Promise<void> {
    held.place = place;
    held.answered = null;
    flight?.abort();
    flight = new AbortController();
    live.replaceChildren(el("p", { class: "waiting" }, t("asking")));
    rest.replaceChildren();
    said.replaceChildren();
    render();
    await answering(place, phone, flight.signal, (answered) => {
      held.answered = answered;
      renderAnswer(answered);
    }, none);
  }

  function none({ error, why }: Unanswered): void {
    if (why === "refused") return live.replaceChildren(problem(error, () => held.place && void ask(held.place)));
    live.replaceChildren(el("div", { class: "verdict v-not_known", "data-verdict": "no_answer" },
      el("p", { class: "verdict-kind" }, warning(), t("verdict.not_known")),
      el("p", {}, t(why === "outside" ? "notHereOffline" : why === "no_engine" ? "areaNoEngine" : "noAreaOffline"))));
  }

  function renderAnswer({ answer, from, area }: Answered): void {
    const parts = answerParts(answer, held.place?.text === null, [], {
      onReading: (reading) => held.place?.text && void ask(typed(held.place.text, reading.crs)),
      onClaim: null,
    });
    live.replaceChildren(parts.verdict);
    const rough_m = answer.basis?.simplification_m ?? 0;
    said.replaceChildren(
      from === "phone" && area ? t("fromPhone", { date: date(area.taken_at.slice(0, 10)) }) : t("fromServer"),
      rough_m > 0 ? ` · ${t("phoneRough", { metres: distance(rough_m) })}` : "");
    said.dataset["from"] = from;
    rest.replaceChildren(...parts.rest);
    const { lon, lat } = answer.position;
    const drawing = sketch(answer, {
      around: async (reach_m) => {
        if (lon === null || lat === null) return null;
        return from === "phone" && area ? phone.around(area, lon, lat, reach_m, answer.at, lang()) : api.around(lon, lat, reach_m, answer.at, lang());
      },
      base: status?.basemap ?? area?.base?.map ?? null,
    });
    if (drawing) rest.querySelector(".part-boundary")?.append(drawing);
    if (answer.boundary && answer.boundary.bearing_deg !== null) rest.querySelector(".part-boundary")?.append(compassButton());
    render();
  }

  function compassButton(): HTMLElement {
    const box = el("p", { class: "compass" });
    const button = el("button", { type: "button", class: "plain", onclick: () => void start() }, t("compassOn"));
    async function start(): Promise<void> {
      unfollow ??= await followCompass((heading) => {
        heading_deg = heading;
        turn();
      });
      box.replaceChildren(t(unfollow ? "compassFollows" : "compassNone"));
    }
    box.append(unfollow ? t("compassFollows") : button);
    turn();
    return box;
  }
  /** The arrow shows the way on the ground: the line's bearing less where the phone points. */
  const turn = () => {
    const arrow = rest.querySelector<SVGElement>(".arrow");
    if (arrow && heading_deg !== null) arrow.style.transform = `rotate(${(-heading_deg).toFixed(0)}deg)`;
  };

  const render = () => (report.hidden = !held.place);
  if (held.answered) renderAnswer(held.answered);
  else if (held.place) void ask(held.place);
  render();
  if (held.place) take.node.querySelector(".fixsaid")!.append(placeWords(held.place));
  return {
    node,
    stop() {
      flight?.abort();
      unfollow?.();
      take.stop();
    },
  };
}
