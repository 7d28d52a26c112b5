// The phone's compass. The only file that listens to device orientation.

interface AppleEvent extends DeviceOrientationEvent { webkitCompassHeading?: number }
type Asks = { requestPermission?: () => Promise<"granted" | "denied"> };

/** Degrees clockwise from north that the top of the screen points to. */
export type Heading = (heading_deg: number) => void;

/** Follows the compass until the returned function is called; null where the device has none, or may not be asked. */
export async function followCompass(onHeading: Heading): Promise<(() => void) | null> {
  if (!("DeviceOrientationEvent" in window) || !isSecureContext) return null;
  const asks = DeviceOrientationEvent as unknown as Asks;
  if (asks.requestPermission && (await asks.requestPermission().catch(() => "denied")) !== "granted") return null;
  // Chrome: alpha counts counter-clockwise from north. Safari gives the heading itself.
  const kind = "ondeviceorientationabsolute" in window ? "deviceorientationabsolute" : "deviceorientation";
  return new Promise((resolve) => {
    let heard = false;
    const listen = (event: Event) => {
      const { alpha, absolute, webkitCompassHeading } = event as AppleEvent;
      const heading = webkitCompassHeading ?? (absolute && alpha !== null ? 360 - alpha : null);
      if (heading === null) return;
      if (!heard) resolve(() => removeEventListener(kind, listen));
      heard = true;
      onHeading((heading + (screen.orientation?.angle ?? 0)) % 360);
    };
    addEventListener(kind, listen);
    setTimeout(() => {
      if (heard) return;
      removeEventListener(kind, listen);
      resolve(null);
    }, 1500);
  });
}
