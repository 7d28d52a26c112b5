// What happens elsewhere, as it happens. The only file that opens a stream of events. The browser connects again by itself
// and the server sends what was missed (Last-Event-ID).

export interface Happened { incident: string; what: string; version: number; kind: string; state: string; hidden: boolean }

export function listen(onEvent: (happened: Happened) => void, onState: (connected: boolean) => void): () => void {
  const stream = new EventSource(new URL("api/events", document.baseURI));
  stream.addEventListener("open", () => onState(true));
  stream.addEventListener("error", () => onState(false));
  stream.addEventListener("incident", (event) => onEvent(JSON.parse((event as MessageEvent<string>).data) as Happened));
  return () => stream.close();
}
