// Words of the console that stand in several places.
const reasons: Record<string, string> = {
  CUSTOMER_DISCONNECT: "The customer left",
  AGENT_DISCONNECT: "The agent ended it",
  CONTACT_FLOW_DISCONNECT: "The flow ended it",
  EXPIRED: "Its time was over",
  API: "Stopped from outside",
  IDLE_DISCONNECT: "Nobody said anything",
  CUSTOMER_CONNECTION_NOT_ESTABLISHED: "The customer did not connect",
  AGENT_NETWORK_DISCONNECT: "The agent's connection was lost",
};

/** Why a contact ended. */
export function reasonWords(reason: string | undefined): string {
  return reason ? (reasons[reason] ?? reason.toLowerCase().replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase())) : "Went on as another contact";
}

const methods: Record<string, string> = {
  API: "The customer began it",
  TRANSFER: "An agent transferred it",
  QUEUE_TRANSFER: "It went to another queue",
  DISCONNECT: "After the agent had left, as for a survey",
  MONITOR: "A supervisor watched",
};

/** How a contact began. */
export function methodWords(method: string | undefined): string {
  return method ? (methods[method] ?? method.toLowerCase().replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase())) : "–";
}
