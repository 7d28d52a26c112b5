// What has to be said on every screen: whether the boundaries are only indicative; and the foot of the page.
import { el } from "../dom";
import { warning } from "../icons";
import { t } from "../i18n";
import type { Status } from "../types";

export function renderBanner(banner: HTMLElement, foot: HTMLElement, status: Status | null): void {
  banner.hidden = !status?.indicative;
  banner.replaceChildren(...(status?.indicative ? [warning(), el("p", {}, el("strong", {}, t("indicative"))), el("p", { class: "banner-more" }, t("indicativeDetail"))] : []));
  const credits = (status?.datasets ?? []).flatMap((d) => d.attribution ?? []);
  foot.replaceChildren(...(credits.length > 0 ? [el("p", {}, `${t("sources")}: ${credits.join("; ")}.`)] : []), el("p", {},
    status ? `giapranh ${status.version} · ` : "giapranh · ",
    el("a", { href: "./api/docs" }, t("apiDocs"))));
}
