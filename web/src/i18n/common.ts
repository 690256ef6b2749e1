// What all pages for people who work here say: signing in, and the words of the shared components.
import { book } from ".";

export const enCommon = {
  product: "Parley",
  skip: "Skip to the content",
  loading: "Loading …",
  tryAgain: "Try again",
  close: "Close",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  more: "More",
  nothing: "There is nothing here.",
  sections: "Sections",

  // what was said
  roles: { CUSTOMER: "Customer", AGENT: "Agent", SYSTEM: "System", CUSTOM_BOT: "Bot", SUPERVISOR: "Supervisor" } as Record<string, string>,
  nothingSaid: "Nothing was said.",
  interactive: "An interactive message",
  content: "Its content",

  // what goes wrong
  unreachable: "The server cannot be reached. Please check your connection.",
  tooMany: "That was too much at once. Please wait a moment and try again.",
  trouble: "That did not work. Please try again.",
  notAllowed: "You are signed in, but your security profiles do not open this page. An administrator can change that.",

  // signing in
  signIn: "Sign in",
  signInTo: (page: string) => `Sign in to ${page}`,
  username: "User name",
  password: "Password",
  code: "Code",
  codeHint: "From your authenticator app, or one of your recovery codes.",
  codeNeeded: "Your account asks for a code, too.",
  back: "Back",
  provider: "Sign in with your organisation",
  signOut: "Sign out",
  signedInAs: (name: string) => `Signed in as ${name}`,
  account: "Your account",

  // a password of one's own
  choosePassword: "Choose a password",
  choosePasswordHow: "Somebody else set the password that you have. Choose one that only you know; then everything else opens.",
  oldPassword: "The password that you have",
  newPassword: "The new password",
  newPasswordAgain: "The new password again",
  differ: "The two are not the same.",
  changePassword: "Change the password",
};

export const common = book(enCommon, { de: async () => (await import("./deCommon")).deCommon });
