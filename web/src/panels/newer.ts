// A newer version of the page has been fetched; the person says when it is taken.
import { el } from "../dom";
import { t } from "../i18n";

export const newer = (take: () => void): (Node | string)[] =>
  [t("newVersion"), " ", el("button", { type: "button", class: "plain", onclick: take }, t("newVersionTake"))];
