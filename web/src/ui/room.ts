// The part of a window that an on-screen keyboard leaves. Where the keyboard makes the window itself smaller, as in most apps on Android, styles know by
// themselves; on WebKit, and in Chromium on pages that do not ask for it, it covers the window instead.

/** Keeps what styles of an element may use while something covers the window: how high the rest is, where it begins, and that no edge of the screen is below it. */
export function follow({ style }: HTMLElement): void {
  const view = window.visualViewport;
  const look = () => {
    const covered = view!.scale < 1.01 && view!.height < document.documentElement.clientHeight - 1; // magnified, one sees less, but nothing is covered
    for (const [name, value] of [["", `${view!.height}px`], ["-top", `${view!.offsetTop}px`], ["-below", "0px"]]) style.setProperty(`--parley-room${name}`, covered ? value! : null);
  };
  for (const event of ["resize", "scroll"]) view?.addEventListener(event, look);
}
