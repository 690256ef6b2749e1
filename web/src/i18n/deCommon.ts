// What all pages for people who work here say in German.
import type { enCommon } from "./common";

export const deCommon: typeof enCommon = {
  product: "Parley",
  skip: "Zum Inhalt springen",
  loading: "Wird geladen …",
  tryAgain: "Noch einmal versuchen",
  close: "Schließen",
  cancel: "Abbrechen",
  copy: "Kopieren",
  copied: "Kopiert",
  more: "Mehr",
  nothing: "Hier ist nichts.",
  sections: "Bereiche",

  // what was said
  roles: { CUSTOMER: "Kundin oder Kunde", AGENT: "Team", SYSTEM: "System", CUSTOM_BOT: "Bot", SUPERVISOR: "Leitung" },
  nothingSaid: "Es wurde nichts gesagt.",
  interactive: "Eine interaktive Nachricht",
  content: "Ihr Inhalt",

  // what goes wrong
  unreachable: "Der Server ist nicht erreichbar. Bitte prüfen Sie Ihre Verbindung.",
  tooMany: "Das war zu viel auf einmal. Bitte warten Sie einen Moment und versuchen Sie es dann noch einmal.",
  trouble: "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.",
  notAllowed: "Sie sind angemeldet, aber Ihre Sicherheitsprofile öffnen diese Seite nicht. Die Administration kann das ändern.",

  // signing in
  signIn: "Anmelden",
  signInTo: (page) => `Anmelden: ${page}`,
  username: "Benutzername",
  password: "Passwort",
  code: "Code",
  codeHint: "Aus Ihrer Authenticator-App, oder einer Ihrer Wiederherstellungscodes.",
  codeNeeded: "Ihr Konto verlangt auch einen Code.",
  back: "Zurück",
  provider: "Mit Ihrer Organisation anmelden",
  signOut: "Abmelden",
  signedInAs: (name) => `Angemeldet als ${name}`,
  account: "Ihr Konto",

  // a password of one's own
  choosePassword: "Passwort wählen",
  choosePasswordHow: "Ihr jetziges Passwort hat jemand anderes gesetzt. Wählen Sie eines, das nur Sie kennen; dann öffnet sich alles Weitere.",
  oldPassword: "Ihr jetziges Passwort",
  newPassword: "Das neue Passwort",
  newPasswordAgain: "Das neue Passwort noch einmal",
  differ: "Die beiden sind nicht gleich.",
  changePassword: "Passwort ändern",
};
