// Keeps this page on the device (sw.js). The only file that speaks to the service worker.

/** `onNewer` hears of a newer version that waits, with what takes it and loads the page anew. */
export async function keepPage(onNewer: (take: () => void) => void): Promise<void> {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  const registration = await navigator.serviceWorker.register(new URL("sw.js", document.baseURI)).catch(() => null);
  if (!registration) return;
  const tell = () => {
    const { waiting } = registration;
    // The first version of all has nothing to replace.
    if (!waiting || !navigator.serviceWorker.controller) return;
    onNewer(() => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      waiting.postMessage("take");
    });
  };
  tell();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", tell));
}
