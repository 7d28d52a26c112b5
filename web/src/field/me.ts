// Who is signed in. Signing out keeps everything that is on the phone.
import * as api from "../api";
import { el } from "../dom";
import { lang, t } from "../i18n";
import { themeChoice } from "../theme";
import type { Person } from "./types";

export interface MeActions {
  onSigned(person: Person | null): void;
}

export function meScreen(who: Person | null, last: Person | null, online: boolean, { onSigned }: MeActions): HTMLElement {
  const wrong = el("p", { class: "alert", role: "alert" });
  const person = who ?? last;
  const name = el("input", { name: "name", type: "text", autocomplete: "username", autocapitalize: "off", value: last?.name ?? "", required: true });
  const password = el("input", { name: "password", type: "password", autocomplete: "current-password", required: true });
  const form = el("form", { class: "sign", novalidate: true },
    el("label", { class: "field" }, el("span", {}, t("signName")), name),
    el("label", { class: "field" }, el("span", {}, t("signPassword")), password),
    wrong,
    el("button", { type: "submit", class: "primary big" }, t("signIn")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void api.signIn(name.value.trim(), password.value, lang()).then(
      ({ user }) => user && onSigned({ id: user.id, name: user.name, role: user.role }),
      (error: unknown) => (wrong.textContent = error instanceof api.Refused ? error.problem.detail : t("signNeedsNetwork")));
  });
  const out = el("button", { type: "button", class: "plain big", id: "signout" }, t("signOut"));
  out.addEventListener("click", () => {
    onSigned(null);
  });
  const said = who ? t("signedInAs", { name: who.name }) : person && !online ? t("signedInOffline", { name: person.name }) : t("signedOut");
  return el("div", { class: "me" },
    el("h2", {}, t("tabMe")),
    el("p", { id: "whoami" }, said),
    who || (person && !online) ? out : null,
    who ? null : form,
    el("p", { class: "muted" }, t("signKept")),
    themeChoice(),
    el("h3", {}, t("installTitle")),
    el("p", {}, t("installHow")));
}
