// Which page of the console is shown: what stands behind #/ in the address, so that each page can be kept and shared.
function read(): string[] {
  return location.hash.startsWith("#/") ? location.hash.slice(2).split("/").filter(Boolean).map(decodeURIComponent) : [];
}

class Route {
  parts = $state.raw<string[]>(read());
  /** Asked before another page is shown; false keeps this one. */
  leave: (() => boolean) | undefined;
  #kept = location.hash;

  constructor() {
    addEventListener("hashchange", () => {
      if (location.hash && !location.hash.startsWith("#/")) return; // within the page
      if (location.hash === this.#kept) return;
      if (this.leave && !this.leave()) {
        history.replaceState(null, "", this.#kept || "#/");
        return;
      }
      this.#kept = location.hash;
      this.parts = read();
      scrollTo(0, 0);
    });
  }
}

export const route = new Route();

/** Asks before a page with something unsaved is left; gives what ends the asking, which does nothing once another page asks. */
export function guard(changed: () => boolean): () => void {
  const leave = () => !changed() || confirm("What you changed is not saved. Leave all the same?");
  route.leave = leave;
  return () => {
    if (route.leave === leave) route.leave = undefined;
  };
}

/** The address of a page. */
export function to(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function go(...parts: string[]): void {
  location.hash = to(...parts);
}
