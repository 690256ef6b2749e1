// Runs in the browser: opens chatjs sessions and keeps what they tell.
"use strict";

const sessions = {};

// The callbacks of chatjs that a session's log keeps.
const told = [
  "onConnectionEstablished", "onConnectionLost", "onConnectionBroken", "onMessage", "onTyping",
  "onReadReceipt", "onDeliveredReceipt", "onEnded", "onParticipantIdle", "onParticipantReturned", "onAutoDisconnection", "onChatRehydrated",
  "onAuthenticationInitiated", "onAuthenticationSuccessful", "onAuthenticationCanceled", "onParticipantDisplayNameUpdated",
];

// open creates a session called name and connects it.
async function open(name, chatDetails, endpoint, region) {
  connect.ChatSession.setGlobalConfig({ endpoint, region, loggerConfig: { customizedLogger: silence } });
  const session = connect.ChatSession.create({ chatDetails, type: "CUSTOMER", disableCSM: true, options: { region } });
  const log = [];
  for (const callback of told) {
    session[callback]((event) => log.push({ callback, data: event && event.data }));
  }
  sessions[name] = { session, log };
  return session.connect();
}

const silence = { debug() {}, info() {}, warn() {}, error() {} };

// call calls a method of a session.
function call(name, method, argument) {
  return sessions[name].session[method](argument);
}

// log returns what a session was told through a callback.
function log(name, callback) {
  return sessions[name].log.filter((entry) => entry.callback === callback).map((entry) => entry.data);
}

// connected tells whether a session's connection stands: established since it
// was last lost, after at least that many losses.
function connected(name, losses) {
  const state = sessions[name].log.map((entry) => entry.callback).filter((callback) => callback.startsWith("onConnection"));
  const lost = state.filter((callback) => callback === "onConnectionLost").length;
  return lost >= losses && state.at(-1) === "onConnectionEstablished";
}
