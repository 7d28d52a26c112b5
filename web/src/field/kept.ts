// What stays on the phone: reports, their photos, areas, who signed in last. The only file that uses IndexedDB.
import { openDB, type DBSchema } from "idb";
import type { Area, Person, Report } from "./types";

interface Schema extends DBSchema {
  reports: { key: string; value: Report };
  /** The photo's bytes, by its id. Kept as a buffer: some browsers lose blobs. */
  photos: { key: string; value: { id: string; type: string; bytes: ArrayBuffer } };
  areas: { key: string; value: Area };
  settings: { key: string; value: unknown };
}

const open = () =>
  openDB<Schema>("giapranh", 1, {
    upgrade(db) {
      db.createObjectStore("reports", { keyPath: "id" });
      db.createObjectStore("photos", { keyPath: "id" });
      db.createObjectStore("areas", { keyPath: "id" });
      db.createObjectStore("settings");
    },
    // A newer page wants to change the store: this one lets go, and opens it again when next asked.
    blocking: (_old, _new, event) => {
      (event.target as IDBDatabase).close();
      opened = null;
    },
    terminated: () => (opened = null),
  });
let opened: ReturnType<typeof open> | null = null;
const db = () => {
  if (!opened) {
    opened = open();
    opened.catch(() => (opened = null));
  }
  return opened;
};

/** Newest first. */
export const reports = async (): Promise<Report[]> => (await (await db()).getAll("reports")).sort((a, b) => (a.id < b.id ? 1 : -1));
export const report = async (id: string) => (await db()).get("reports", id);
export const keepReport = async (report: Report) => void (await (await db()).put("reports", report));

/** Changes a report as it is now, in one transaction: the outbox and the form may both be at work. */
export async function changeReport(id: string, change: (report: Report) => void): Promise<Report | undefined> {
  const tx = (await db()).transaction("reports", "readwrite");
  const found = await tx.store.get(id);
  if (found) {
    change(found);
    await tx.store.put(found);
  }
  await tx.done;
  return found;
}

/** Takes a report and its photos off the phone. */
export async function dropReport(id: string): Promise<void> {
  const tx = (await db()).transaction(["reports", "photos"], "readwrite");
  const found = await tx.objectStore("reports").get(id);
  for (const photo of found?.photos ?? []) await tx.objectStore("photos").delete(photo.id);
  await tx.objectStore("reports").delete(id);
  await tx.done;
}

export const keepPhoto = async (id: string, type: string, bytes: ArrayBuffer) => void (await (await db()).put("photos", { id, type, bytes }));
export const photo = async (id: string) => (await db()).get("photos", id);
export const dropPhoto = async (id: string) => (await db()).delete("photos", id);

export const areas = async () => (await db()).getAll("areas");
export const keepArea = async (area: Area) => void (await (await db()).put("areas", area));
export const dropArea = async (id: string) => (await db()).delete("areas", id);

export const person = async () => (await (await db()).get("settings", "person")) as Person | null | undefined;
export const rememberPerson = async (who: Person | null) => void (await (await db()).put("settings", who, "person"));

/** Somebody signed out where the server could not be told: it has to be told before anything else is sent. */
export const signOutOwed = async () => (await (await db()).get("settings", "sign_out_owed")) === true;
export const oweSignOut = async (owed: boolean) => void (await (await db()).put("settings", owed, "sign_out_owed"));

/** Asks the browser not to clear this away when the device is full; false when it will not promise. */
export async function persist(): Promise<boolean> {
  return (await navigator.storage?.persist?.()) ?? false;
}
