// English, and the form of every other catalogue.
import { counting } from "./plural";

const count = counting("en");
const ordinal = counting("en", "ordinal");
const minutes = (n: number) => count(n, { one: "# minute", other: "# minutes" });
const rank = (n: number) => ordinal(n, { one: "#st", two: "#nd", few: "#rd", other: "#th" });

export const en = {
  direction: "ltr" as "ltr" | "rtl",

  // the launcher and the window
  chat: "Chat",
  close: "Close the chat window",
  menu: "More",
  loading: "Loading …",

  // before the chat
  yourName: "Your name",
  guest: "Guest",
  start: "Start the chat",
  needed: (label: string) => `Please fill in: ${label}`,
  noEmail: "This is no e-mail address",
  noWidget: "This chat is not there any more.",
  unreachable: "The server cannot be reached. Please check your connection.",
  tooFast: "Many chats were started from your connection just now. Please wait a minute and try again.",
  full: "All our people are busy right now. Please try again in a few minutes.",
  notSigned: "Please sign in on this site to start a chat.",
  notStarted: "The chat could not be started.",
  tryAgain: "Try again",
  closed: (opens?: string) => (opens ? `We are closed right now. We open again: ${opens}.` : "We are closed right now."),
  busy: "All our people are busy right now.",
  mayTake: "You can start a chat all the same; it may take longer until somebody answers.",
  leaveInstead: "Leave us a message: the answer will be here.",
  leave: "Leave the message",
  received: "We have received your message. The answer will be here: come back to this page to read it.",

  // the chat
  conversation: "Conversation",
  writeHere: "Your message",
  send: "Send",
  attach: "Attach a file",
  connecting: "Connecting …",
  lost: "The connection is lost. Trying again …",
  now: "Now",
  placed: (position: number, wait?: number) =>
    wait === undefined ? `You are ${rank(position)} in the queue.` : `You are ${rank(position)} in the queue. About ${minutes(Math.max(1, Math.round(wait / 60)))}.`,
  previews: "Our agents can see what you write before you send it.",
  typing: (name: string) => (name ? `${name} is writing` : "Somebody is writing"),
  idle: (left?: number) => // minutes, where it is known when the chat ends
    left === undefined ? "Are you still there?" : left < 1 ? "Are you still there? The chat is about to end." : `Are you still there? The chat ends in ${minutes(left)} if you say nothing.`,
  tooQuiet: { CUSTOMER: "You had not written for a while, so our colleague has left the chat.", AGENT: "We are sorry: our colleague had not written for a while and has left the chat." },
  says: (name: string) => `${name}:`,
  you: "You",
  joined: (name: string) => `${name} has joined`,
  left: (name: string) => `${name} has left`,
  transferred: "You are being passed on to somebody else",
  ended: "This chat has ended",
  failed: "Not sent",
  refused: {
    tooLong: (most: number) => `This message is too long: at most ${most} characters can be sent at once.`,
    text: "This message was not accepted.",
    empty: "This file is empty.",
    tooLarge: (size: string) => `This file is too large: at most ${size} can be sent.`,
    tooMany: (most: number) => `No more than ${most} files can be sent in one chat.`,
    type: (types: string) => `Files of this kind cannot be sent here. These can: ${types}.`,
    file: "This file was not accepted.",
  },
  retry: "Send again",
  discard: "Discard",
  states: { sending: "Sending", failed: "Not sent", sent: "Sent", delivered: "Delivered", read: "Read" },
  newest: "To the newest message",
  newMessages: (n: number) => count(n, { one: "# new message", other: "# new messages" }),
  empty: "Say hello: somebody will answer here.",
  older: "Loading older messages …",

  // files
  download: (name: string) => `Download ${name}`,
  uploading: (percent: number) => `Uploading, ${percent} %`,
  checking: "Being checked",
  rejected: "This file was refused",
  stop: "Stop the upload",
  noFile: "The file could not be read.",

  // interactive messages
  choose: "Choose",
  picture: (what: string) => `Picture: ${what}`,
  timesIn: (zone: string) => `Times are in ${zone}`,
  slot: (start: string, length: number) => `${start}, ${minutes(length)}`,
  form: "A form to fill in",
  answered: "Form sent",
  passed: "This form can no longer be filled in.",
  noView: "This form cannot be shown here.",
  opensPage: "opens another page",

  // told of answers while one is away
  tellMe: "Tell me of answers on this device",
  tellNoMore: "Stop telling me",
  ok: "OK",
  told: "You are told on this device when somebody answers, also when the chat is closed.",
  toldNoMore: "You are not told on this device any more.",
  noWindow: "The window that asks for your permission is not connected with this chat. Please allow this site to open windows and try again; some sites forbid it.",
  forbidden: "Your browser does not allow it. You can change that in its settings, under notifications.",
  unable: "You cannot be told of answers in this browser.",
  notTold: "That did not work. Please try again.",
  askTell: (title: string) => `May ${title} tell you on this device when somebody answers, also when the chat is closed?`,
  allow: "Yes, tell me",
  notNow: "Not now",
  alone: "This window is not connected with a chat. Please open it from the menu of the chat; some sites forbid it.",
  done: "Done. You can close this window.",
  newMessage: "A new message",

  // the end
  end: "End the chat",
  reallyEnd: "End this chat?",
  cancel: "Keep chatting",
  ending: "Ending …",
  notEnded: "The chat could not be ended. Please try again.",
  transcript: "Save the conversation",
  copy: "Copy",
  copied: "Copied",
  back: "Back to the chat",
  again: "Start a new chat",
};

/** The form of a catalogue: one that lacks a word of it does not compile. */
export type Catalogue = typeof en;
