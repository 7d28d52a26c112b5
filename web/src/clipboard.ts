// The only file that uses the clipboard. It is missing on plain HTTP beyond localhost: then false, and the caller shows
// the text to be copied by hand.
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
