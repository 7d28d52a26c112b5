// The only file that uses the clipboard and the device's way to share. It is missing on plain HTTP beyond localhost: then false, and the caller shows
// the text to be copied by hand.
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Hands a text to another program of the device, where it can do that (phones, over TLS). */
export const canShare = (): boolean => "share" in navigator;

/** Closing the choice without choosing is no mistake. */
export const share = (text: string, url: string): Promise<void> => navigator.share({ text, url }).catch(() => {});
