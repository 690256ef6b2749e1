// What calls an agent: sounds, desktop notifications, the tab's title. Of several tabs one does it, the one that was looked at last.
const LOCK = "parley-bell";

export class Bell {
  sound = $state(read("sound") !== "off");
  desktop = $state(read("desktop") === "on" && globalThis.Notification?.permission === "granted");

  /** Whether the browser lets the page sound: once somebody has touched it. */
  awake = $state(false);

  #leads = !navigator.locks;
  #release: (() => void) | undefined;
  #audio: AudioContext | undefined;
  #ringing: ReturnType<typeof setInterval> | undefined;

  open(): void {
    if (navigator.userActivation?.hasBeenActive) {
      this.#wake();
      this.awake = true;
    }
    for (const event of ["click", "keyup"]) addEventListener(event, this.#heard);
    this.#lead();
    document.addEventListener("visibilitychange", this.#lead);
    for (const event of ["pointerdown", "keydown"]) addEventListener(event, this.#wake);
  }

  close(): void {
    this.quiet();
    this.#release?.();
    document.removeEventListener("visibilitychange", this.#lead);
    for (const event of ["pointerdown", "keydown"]) removeEventListener(event, this.#wake);
    for (const event of ["click", "keyup"]) removeEventListener(event, this.#heard);
    void this.#audio?.close();
  }

  /** Rings until quiet is called. */
  ring(): void {
    if (this.#ringing) return;
    this.#play(660, 880);
    this.#ringing = setInterval(() => this.#play(660, 880), 2500);
  }

  quiet(): void {
    clearInterval(this.#ringing);
    this.#ringing = undefined;
  }

  /** One short sound. */
  ping(): void {
    this.#play(880);
  }

  /** Tells on the desktop, where nobody looks at the page. Who presses it comes to the page. */
  tell(about: string, title: string, body: string, pressed: () => void): void {
    if (!this.desktop || !this.#leads || document.visibilityState === "visible") return;
    const told = new Notification(title, { body, tag: about });
    told.onclick = () => {
      focus();
      pressed();
      told.close();
    };
  }

  setSound(on: boolean): void {
    this.sound = on;
    write("sound", on ? "on" : "off");
    if (on) this.ping();
  }

  /** Turns notifications on or off; a browser asks the first time. Answers whether they are as wanted. */
  async setDesktop(on: boolean): Promise<boolean> {
    this.desktop = on && (await Notification.requestPermission()) === "granted";
    write("desktop", this.desktop ? "on" : "off");
    return this.desktop === on;
  }

  /** The tab that is looked at takes the lead. */
  #lead = (): void => {
    if (!navigator.locks || this.#leads) return;
    const steal = document.visibilityState === "visible";
    navigator.locks
      .request(LOCK, { steal }, () => {
        this.#leads = true;
        return new Promise<void>((resolve) => (this.#release = resolve));
      })
      .catch(() => (this.#leads = false)); // another tab has taken it
  };

  /** Browsers let a page sound once somebody has touched it. */
  #wake = (): void => {
    this.#audio ??= new AudioContext();
    if (this.#audio.state === "suspended") void this.#audio.resume();
  };

  /** Afterwards: what says so goes, and must not move what is pressed from under the pointer. */
  #heard = (): void => {
    this.awake = true;
  };

  #play(...tones: number[]): void {
    const audio = this.#audio;
    if (!this.sound || !this.#leads || audio?.state !== "running") return;
    tones.forEach((tone, i) => {
      const at = audio.currentTime + i * 0.18;
      const [oscillator, volume] = [audio.createOscillator(), audio.createGain()];
      oscillator.frequency.value = tone;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(0.15, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
      oscillator.connect(volume).connect(audio.destination);
      oscillator.start(at);
      oscillator.stop(at + 0.32);
    });
  }
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(`parley:bell:${name}`);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(`parley:bell:${name}`, value);
  } catch {} // it holds for this page then
}
