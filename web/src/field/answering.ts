// The answer to a position: worked out on the phone where an area was taken along, and by the server where it can be
// reached. The server's word comes later and goes before the phone's.
import * as api from "../api";
import { lang } from "../i18n";
import type { Answer, Ask } from "../types";
import type { Phone } from "./phone";
import type { Area, Place } from "./types";

export interface Answered { answer: Answer; from: "phone" | "server"; area: Area | null }
/** Why there is none: in the words of whoever refused. */
export interface Unanswered { error: unknown; why: "refused" | "outside" | "no_area" | "no_engine" }

const ask = (place: Place): Ask => ({
  q: place.text,
  point: place.lon !== null && place.lat !== null ? { lon: place.lon, lat: place.lat } : null,
  crs: place.crs,
  accuracy_m: place.accuracy_m,
  at: null,
  kind: null,
});

/** Calls back once or twice: with the phone's answer, and with the server's. Afterwards with why there is none, if so. */
export async function answering(place: Place, phone: Phone, signal: AbortSignal, onAnswer: (answered: Answered) => void, onNone: (none: Unanswered) => void): Promise<void> {
  const question = ask(place);
  let given = false;
  let fromServer = false;
  const tell = (answered: Answered) => {
    if (signal.aborted || (fromServer && answered.from === "phone")) return;
    given = true;
    fromServer ||= answered.from === "server";
    onAnswer(answered);
  };
  const own = phone.locate(question, lang()).then((found) => {
    if (found.answer) tell({ answer: found.answer, from: "phone", area: found.area });
    return found;
  });
  const server = api.locate(question, lang(), signal).then((answer) => tell({ answer, from: "server", area: null }));
  const [mine, theirs] = await Promise.allSettled([own, server]);
  if (given || signal.aborted) return;
  const error = theirs.status === "rejected" ? theirs.reason : null;
  const found = mine.status === "fulfilled" ? mine.value : { problem: null, why: "no_engine" as const };
  if (error instanceof api.Refused) onNone({ error, why: "refused" });
  else if (found.problem) onNone({ error: new api.Refused(found.problem), why: "refused" });
  else onNone({ error, why: found.why ?? "no_area" });
}
