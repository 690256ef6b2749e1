// What the first visit says.
import { book } from ".";

export const words = book({
  running: "Parley is running",
  threeSteps: "Three steps to a chat with yourself:",
  stepAgent: "Be an agent",
  stepAgentHow: "Open the workspace and sign in as agent. The server printed where the first password is. Then choose the status Available.",
  openWorkspace: "Open the workspace",
  stepAgentElse: "Or be one in a terminal, in the directory where the server was started:",
  stepCustomer: "Be a customer",
  stepCustomerHow: "The demo is a page with the chat widget on it, as a site of yours could show it. Open it, press the button in its corner and start a chat.",
  openDemo: "Open the demo",
  stepTalk: "Answer yourself",
  stepTalkHow: "The workspace rings and shows the chat as an offer. Accept it: what you write from then on is read in the widget.",
  console: "Flows, queues, users and all else are set up in the console; sign in as admin.",
  openConsole: "Open the console",
  forPrograms: "Programs talk to the same address by the Amazon Connect chat operations: the server printed how when it started.",
});
