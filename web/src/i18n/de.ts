// German.
import type { Catalogue } from "./en";
import { counting } from "./plural";

const count = counting("de");
const minutes = (n: number) => count(n, { one: "# Minute", other: "# Minuten" });

export const de: Catalogue = {
  direction: "ltr",

  // the launcher and the window
  chat: "Chat",
  close: "Chatfenster schließen",
  menu: "Mehr",
  loading: "Wird geladen …",

  // before the chat
  yourName: "Ihr Name",
  guest: "Gast",
  start: "Chat beginnen",
  needed: (label) => `Bitte füllen Sie aus: ${label}`,
  noEmail: "Das ist keine E-Mail-Adresse",
  noWidget: "Diesen Chat gibt es nicht mehr.",
  unreachable: "Der Server ist nicht erreichbar. Bitte prüfen Sie Ihre Verbindung.",
  tooFast: "Über Ihre Verbindung wurden gerade viele Chats begonnen. Bitte warten Sie eine Minute und versuchen Sie es dann noch einmal.",
  full: "Im Moment sind alle unsere Mitarbeitenden im Gespräch. Bitte versuchen Sie es in ein paar Minuten noch einmal.",
  notSigned: "Bitte melden Sie sich auf dieser Website an, um einen Chat zu beginnen.",
  notStarted: "Der Chat konnte nicht begonnen werden.",
  tryAgain: "Noch einmal versuchen",
  closed: (opens) => (opens ? `Wir haben gerade geschlossen. Wir öffnen wieder: ${opens}.` : "Wir haben gerade geschlossen."),
  busy: "Im Moment sind alle unsere Mitarbeitenden im Gespräch.",
  mayTake: "Sie können trotzdem einen Chat beginnen; bis zur Antwort kann es länger dauern.",
  leaveInstead: "Hinterlassen Sie uns eine Nachricht: Die Antwort finden Sie dann hier.",
  leave: "Nachricht hinterlassen",
  received: "Wir haben Ihre Nachricht erhalten. Die Antwort finden Sie hier: Kommen Sie dafür auf diese Seite zurück.",

  // the chat
  conversation: "Unterhaltung",
  writeHere: "Ihre Nachricht",
  send: "Senden",
  attach: "Datei anhängen",
  connecting: "Verbindung wird hergestellt …",
  lost: "Die Verbindung ist unterbrochen. Es wird weiter versucht …",
  now: "Jetzt",
  placed: (position, wait) =>
    wait === undefined ? `Sie sind auf Platz ${position} der Warteschlange.` : `Sie sind auf Platz ${position} der Warteschlange. Es dauert etwa ${minutes(Math.max(1, Math.round(wait / 60)))}.`,
  previews: "Unsere Mitarbeitenden sehen, was Sie schreiben, noch bevor Sie es senden.",
  typing: (name) => (name ? `${name} schreibt` : "Jemand schreibt"),
  idle: (left) =>
    left === undefined ? "Sind Sie noch da?" : left < 1 ? "Sind Sie noch da? Der Chat endet gleich." : `Sind Sie noch da? Der Chat endet in ${minutes(left)}, wenn Sie nichts schreiben.`,
  tooQuiet: {
    CUSTOMER: "Sie hatten eine Weile nichts geschrieben, deshalb hat unsere Seite den Chat verlassen.",
    AGENT: "Es tut uns leid: Von unserer Seite kam eine Weile keine Nachricht, und sie hat den Chat verlassen.",
  },
  says: (name) => `${name}:`,
  you: "Sie",
  joined: (name) => `${name} ist jetzt im Chat`,
  left: (name) => `${name} hat den Chat verlassen`,
  transferred: "Sie werden weiterverbunden",
  ended: "Dieser Chat ist beendet",
  failed: "Nicht gesendet",
  refused: {
    tooLong: (most) => `Diese Nachricht ist zu lang: höchstens ${most} Zeichen können auf einmal gesendet werden.`,
    text: "Diese Nachricht wurde nicht angenommen.",
    empty: "Diese Datei ist leer.",
    tooLarge: (size) => `Diese Datei ist zu groß: höchstens ${size} können gesendet werden.`,
    tooMany: (most) => `In einem Chat können höchstens ${most} Dateien gesendet werden.`,
    type: (types) => `Dateien dieser Art können hier nicht gesendet werden. Möglich sind: ${types}.`,
    file: "Diese Datei wurde nicht angenommen.",
  },
  retry: "Noch einmal senden",
  discard: "Verwerfen",
  states: { sending: "Wird gesendet", failed: "Nicht gesendet", sent: "Gesendet", delivered: "Zugestellt", read: "Gelesen" },
  newest: "Zur neuesten Nachricht",
  newMessages: (n) => count(n, { one: "# neue Nachricht", other: "# neue Nachrichten" }),
  empty: "Schreiben Sie uns: Hier antwortet Ihnen gleich jemand.",
  older: "Ältere Nachrichten werden geladen …",

  // files
  download: (name) => `${name} herunterladen`,
  uploading: (percent) => `Wird hochgeladen, ${percent} %`,
  checking: "Wird geprüft",
  rejected: "Diese Datei wurde abgelehnt",
  stop: "Hochladen abbrechen",
  noFile: "Die Datei konnte nicht gelesen werden.",

  // interactive messages
  choose: "Bitte wählen",
  picture: (what) => `Bild: ${what}`,
  timesIn: (zone) => `Alle Zeiten in ${zone}`,
  slot: (start, length) => `${start}, ${minutes(length)}`,
  form: "Ein Formular zum Ausfüllen",
  answered: "Formular gesendet",
  passed: "Dieses Formular kann nicht mehr ausgefüllt werden.",
  noView: "Dieses Formular kann hier nicht angezeigt werden.",
  opensPage: "öffnet eine andere Seite",

  // told of answers while one is away
  tellMe: "Auf diesem Gerät über Antworten benachrichtigen",
  tellNoMore: "Nicht mehr benachrichtigen",
  ok: "OK",
  told: "Sie werden auf diesem Gerät benachrichtigt, wenn jemand antwortet, auch wenn der Chat geschlossen ist.",
  toldNoMore: "Sie werden auf diesem Gerät nicht mehr benachrichtigt.",
  noWindow: "Das Fenster, das um Ihre Erlaubnis bittet, ist nicht mit diesem Chat verbunden. Bitte erlauben Sie dieser Website, Fenster zu öffnen, und versuchen Sie es noch einmal; manche Websites verhindern es.",
  forbidden: "Ihr Browser erlaubt es nicht. Sie können das in seinen Einstellungen unter Benachrichtigungen ändern.",
  unable: "In diesem Browser können Sie nicht über Antworten benachrichtigt werden.",
  notTold: "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.",
  askTell: (title) => `Darf ${title} Sie auf diesem Gerät benachrichtigen, wenn jemand antwortet, auch wenn der Chat geschlossen ist?`,
  allow: "Ja, benachrichtigen",
  notNow: "Jetzt nicht",
  alone: "Dieses Fenster ist mit keinem Chat verbunden. Bitte öffnen Sie es aus dem Menü des Chats; manche Websites verhindern es.",
  done: "Fertig. Sie können dieses Fenster schließen.",
  newMessage: "Eine neue Nachricht",

  // the end
  end: "Chat beenden",
  reallyEnd: "Möchten Sie diesen Chat beenden?",
  cancel: "Weiter chatten",
  ending: "Wird beendet …",
  notEnded: "Der Chat konnte nicht beendet werden. Bitte versuchen Sie es noch einmal.",
  transcript: "Unterhaltung speichern",
  copy: "Kopieren",
  copied: "Kopiert",
  back: "Zurück zum Chat",
  again: "Neuen Chat beginnen",
};
