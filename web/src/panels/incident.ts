// One incident in the panel: its story and what this person can do to it. Filled once for a version of the incident, so that
// what is being typed outlives a list that is drawn anew.
import * as api from "../api";
import { el } from "../dom";
import { lang, say, t } from "../i18n";
import type { HistoryEvent, IncidentFeature, IncidentLine, Possible } from "../types";
import { moment } from "./incidents";

/** Done on the incident's own page, where there is room. */
const ON_ITS_PAGE = new Set(["edit", "merge"]);

export interface OpenIncident {
  box: HTMLElement;
  /** The incident as it is now: shown anew where it has changed and nothing is being typed. */
  show(feature: IncidentFeature): void;
}

export function openIncident(id: string, onDone: (feature: IncidentFeature) => void): OpenIncident {
  const box = el("div", { class: "opened", "data-opened": id }, el("p", { class: "muted" }, t("actLoading")));
  let shown = "";
  /** What an act is sent about: the version on record when it was last looked at or refused. */
  let version = 0;

  async function fill(lines: IncidentLine[]): Promise<void> {
    const [acts, story] = await Promise.all([api.possibleActs(id, lang()), api.story(id, lang())]);
    box.replaceChildren(...actsPart(id, acts, lines, send), ...storyPart(story));
  }

  async function send(body: object, said: HTMLElement, button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    said.className = "said";
    said.textContent = t("actSending");
    try {
      const done = await api.act(id, version, body, lang());
      button.form?.reset();
      onDone(done);
    } catch (error) {
      said.className = "said alert";
      said.textContent = error instanceof api.Refused ? error.problem.detail : t("actFailed");
      // Somebody else was first. The words stay; sent again they are about the incident as it is now.
      if (error instanceof api.Refused && error.problem.status === 412) version = (await api.incident(id, lang()).catch(() => null))?.properties.version ?? version;
      button.disabled = false;
    }
  }

  return {
    box,
    show({ properties }) {
      const now = `${properties.version} ${lang()}`;
      if (now === shown || isBeingWrittenIn(box)) return;
      shown = now;
      version = properties.version;
      fill(properties.lines).catch((error: unknown) => {
        shown = "";
        box.replaceChildren(el("p", { class: "muted" }, error instanceof api.Refused ? error.problem.detail : t("incidentsFailed")));
      });
    },
  };
}

const isBeingWrittenIn = (box: HTMLElement) => [...box.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")].some((field) => field.value.trim() !== "");

function actsPart(id: string, acts: Possible[], lines: IncidentLine[], send: (body: object, said: HTMLElement, button: HTMLButtonElement) => Promise<void>): HTMLElement[] {
  if (acts.length === 0) return [];
  const rest = acts.some((act) => ON_ITS_PAGE.has(act.do));
  return [
    el("h3", {}, t("actsTitle")),
    ...acts.filter((act) => !ON_ITS_PAGE.has(act.do)).map((act) => actForm(act, lines, send)),
    ...(rest ? [el("p", {}, el("a", { href: `./incidents/${id}?lang=${lang()}` }, t("actMore")))] : []),
  ];
}

function actForm(act: Possible, lines: IncidentLine[], send: (body: object, said: HTMLElement, button: HTMLButtonElement) => Promise<void>): HTMLElement {
  const whose = lines.find((line) => line.unit?.code === act.unit)?.unit?.name ?? act.unit;
  const name = whose ? `${say(act.name)}: ${whose}` : say(act.name);
  const said = el("p", { class: "said", role: "status" });
  const button = el("button", { type: "submit", class: "primary" }, name);
  const form = el("form", { onsubmit: (event) => {
    event.preventDefault();
    void send(bodyOf(act, new FormData(form)), said, button);
  } }, ...fieldsOf(act), button, said);
  return el("details", { class: "act", "data-act": act.step ?? act.do }, el("summary", {}, name), form);
}

/** The act as the server takes it: what was left empty is left out. */
export function bodyOf(act: Possible, form: FormData): Record<string, unknown> {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const typed = Object.fromEntries(["note", "to", "text", "signatory"].flatMap((name) => (text(name) ? [[name, text(name)]] : [])));
  const { do: what, step, unit } = act;
  return {
    do: what,
    ...(step ? { step } : {}),
    ...(unit ? { unit } : {}),
    ...typed,
    ...(step === "reject" ? { rejection: text("why") === "elsewhere" ? { why: "elsewhere", whose: text("whose") } : { why: "false" } } : {}),
    ...(what === "answer" ? { accepted: text("accepted") === "true" } : {}),
  };
}

function fieldsOf(act: Possible): HTMLElement[] {
  const field = (label: string, input: HTMLElement) => el("label", { class: "field" }, el("span", {}, label), input);
  const area = (name: string, label: string, required: boolean) => field(label, el("textarea", { name, rows: 2, required }));
  const choice = (name: string, label: string, options: [string, string][]) =>
    field(label, el("select", { name }, ...options.map(([value, text]) => el("option", { value }, text))));
  switch (act.do) {
    case "step":
      return act.step === "reject"
        ? [choice("why", t("actWhyNot"), [["false", t("actFalse")], ["elsewhere", t("actElsewhere")]]), field(t("actWhose"), el("input", { name: "whose" })), area("note", t("actNote"), false)]
        : [area("note", t("actNote"), false)];
    case "line":
      return act.step === "propose" ? [field(t("actTo"), el("input", { name: "to", required: true, inputmode: "numeric" })), area("note", t("actNotOurs"), true)] : [];
    case "answer":
      return [choice("accepted", t("actAnswer"), [["true", t("actAccept")], ["false", t("actDecline")]]), area("note", t("actNote"), false)];
    case "write_minutes":
    case "comment":
      return [area("text", t("actText"), true)];
    case "sign_minutes":
      return [field(t("actSignatory"), el("input", { name: "signatory" }))];
    default:
      return [];
  }
}

function storyPart(story: HistoryEvent[]): HTMLElement[] {
  if (story.length === 0) return [];
  return [
    el("h3", {}, t("storyTitle")),
    el("ol", { class: "story" }, ...story.map((e) =>
      el("li", {}, el("strong", {}, moment(e.at)), ` ${say(e.name)}${e.by ? ` · ${e.by}` : ""}`,
        e.text && el("p", { class: "typed" }, e.text),
        e.set_aside && el("p", { class: "muted" }, t("storyNoEffect", { why: say(e.set_aside) }))))),
  ];
}
