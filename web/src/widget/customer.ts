// Who a site says its customer is.

/** The customerId of a site's token, or undefined. It is not verified, which is the server's work: it decides only what this device shows. */
export function customerOf(token: string | undefined): string | undefined {
  try {
    const claims = token!.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(claims), (letter) => letter.charCodeAt(0));
    const { customerId } = JSON.parse(new TextDecoder().decode(bytes)) as { customerId?: unknown };
    return typeof customerId === "string" && customerId ? customerId : undefined;
  } catch {
    return undefined;
  }
}
