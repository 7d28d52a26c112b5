// Starts the page for the field and joins its parts. Screens are addressed by what follows #, so that the phone's own back
// button works.
import "../styles/fonts.css";
import "../styles/base.css";
import "../styles/form.css";
import "../styles/answer.css";
import "../styles/field.css";
import * as api from "../api";
import { byId, el, keepingFocus } from "../dom";
import { applyTo, lang, langButtons, setLang, t } from "../i18n";
import { keepPage } from "../offline";
import { newer as newerWords } from "../panels/newer";
import { initialLang, rememberLang } from "../prefs";
import type { Lang, Status } from "../types";
import { areaScreen } from "./area";
import { formScreen, newReport } from "./form";
import { hereScreen, type Here } from "./here";
import * as kept from "./kept";
import { meScreen } from "./me";
import { mineScreen } from "./mine";
import { outbox } from "./outbox";
import { phone as startPhone } from "./phone";
import type { Person, Report } from "./types";

const TABS = ["here", "mine", "area", "me"] as const;
type Tab = (typeof TABS)[number];
const LABEL = { here: "tabHere", mine: "tabReports", area: "tabArea", me: "tabMe" } as const;

const main = byId("screen");
const here: Here = { place: null, answered: null };
const phone = startPhone();
let status: Status | null = null;
/** Who signed in last on this phone; the session itself is the server's. */
let last: Person | null = null;
let online = navigator.onLine;
let leave: (() => void) | null = null;
let drawn = 0;
/** Takes a newer version of the page that has been fetched meanwhile; null: there is none. */
let newer: (() => void) | null = null;

const box = outbox(() => void changed(), () => void renderFrame());

const at = (): { tab: Tab | "report"; id: string } => {
  const [tab = "", id = ""] = location.hash.slice(1).split("/");
  return tab === "report" ? { tab, id } : { tab: TABS.find((x) => x === tab) ?? "here", id: "" };
};
const go = (hash: string) => (location.hash === `#${hash}` ? void show() : void (location.hash = hash));

/** The reports have changed: the list, if it is looked at, and the number beside its tab. */
async function changed(): Promise<void> {
  await renderFrame();
  if (at().tab === "mine") await show();
}

async function renderFrame(): Promise<void> {
  applyTo(document);
  document.title = t("fieldTitle");
  const net = byId("net");
  net.textContent = t(online ? "online" : "offline");
  net.classList.toggle("off", !online);
  byId("warn").hidden = isSecureContext && !newer;
  byId("warn").replaceChildren(...(isSecureContext ? (newer ? newerWords(newer) : []) : [t("insecure")]));
  const open = (await kept.reports()).filter((r) => r.state !== "received").length;
  const now = at().tab;
  keepingFocus(byId("tabs"), () => byId("tabs").replaceChildren(...TABS.map((tab) =>
    el("a", { href: `#${tab}`, "aria-current": now === tab || (now === "report" && tab === "mine") ? "page" : null }, t(LABEL[tab]), tab === "mine" && open > 0 && el("span", { class: "count" }, String(open))))));
}

async function show(): Promise<void> {
  const { tab, id } = at();
  const turn = ++drawn;
  leave?.();
  leave = null;
  await renderFrame();
  const node = await screenOf(tab, id);
  if (turn !== drawn) return;
  keepingFocus(main, () => main.replaceChildren(node));
}

async function screenOf(tab: Tab | "report", id: string): Promise<HTMLElement> {
  switch (tab) {
    case "report": {
      const report = await kept.report(id);
      if (!report || report.state !== "draft") return mine();
      const form = formScreen(report, status, (r) => void send(r), () => go("mine"));
      leave = form.stop;
      return form.node;
    }
    case "mine":
      return mine();
    case "area":
      return areaScreen(await kept.areas(), status, phone, () => void show());
    case "me":
      return meScreen(box.person(), last, online, { onSigned: (person) => void signed(person) });
    default: {
      const screen = hereScreen(here, status, phone, (from) => void newReport(writer(), from).then((r) => go(`report/${r.id}`)));
      leave = screen.stop;
      return screen.node;
    }
  }
}

const writer = () => (box.person() ?? last)?.name ?? null;

const mine = async () =>
  mineScreen(await kept.reports(), box.person(), {
    onOpen: (r) => go(`report/${r.id}`),
    onNew: () => void newReport(writer(), { place: null, answered: null }).then((r) => go(`report/${r.id}`)),
    onSend: () => box.flush(),
    onChanged: () => void changed(),
  });

async function send(report: Report): Promise<void> {
  await kept.changeReport(report.id, (r) => {
    r.state = "waiting";
    r.by ??= writer();
  });
  go(writer() ? "mine" : "me");
  box.flush();
}

async function signed(person: Person | null): Promise<void> {
  last = person;
  if (!person) {
    box.as(null);
    await kept.oweSignOut(true);
    await paySignOut().catch(() => {});
  } else await kept.oweSignOut(false);
  await kept.rememberPerson(person);
  // What was written before anybody had signed in on this phone is this person's from here on.
  if (person) for (const r of await kept.reports()) if (r.by === null && r.state === "waiting") await kept.changeReport(r.id, (x) => (x.by = person.name));
  box.as(person);
  await show();
}

/** Ends on the server the session that was ended here. Its cookie is not this page's to delete. */
async function paySignOut(): Promise<void> {
  if (!(await kept.signOutOwed())) return;
  const told = (error: unknown) => {
    // Refused: there is no session any more.
    if (!(error instanceof api.Refused)) throw error;
  };
  await api.signOut(lang()).catch(told);
  await kept.oweSignOut(false);
}

/** Asks the server who is signed in, and what there is. */
async function meet(): Promise<void> {
  try {
    await paySignOut();
    const { user } = await api.me(lang());
    online = true;
    const person = user && { id: user.id, name: user.name, role: user.role };
    if (person) {
      last = person;
      await kept.rememberPerson(person);
    }
    box.as(person);
    status ??= await api.status(lang());
  } catch {
    online = false;
  }
}

function switchLang(next: Lang): void {
  setLang(next);
  rememberLang(next);
  void show();
}

async function start(): Promise<void> {
  setLang(initialLang());
  langButtons(switchLang);
  addEventListener("hashchange", () => {
    void show();
    main.focus();
  });
  const net = (now: boolean) => {
    online = now;
    void renderFrame();
    if (now) void meet().then(renderFrame);
  };
  addEventListener("online", () => net(true));
  addEventListener("offline", () => net(false));
  last = (await kept.person()) ?? null;
  await show();
  await meet();
  const { tab } = at();
  // What was begun meanwhile is not taken away.
  if (tab !== "report" && !here.place) await show();
  else await renderFrame();
  void keepPage((take) => {
    newer = take;
    void renderFrame();
  });
}

void start();
