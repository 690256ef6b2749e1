// What types of flows are called.
export const flowTypes: Record<string, string> = {
  CONTACT_FLOW: "Inbound",
  CUSTOMER_QUEUE: "While waiting",
  AGENT_WHISPER: "Agent whisper",
  CUSTOMER_WHISPER: "Customer whisper",
  AGENT_TRANSFER: "Transfer to agent",
  QUEUE_TRANSFER: "Transfer to queue",
  CUSTOMER_HOLD: "Customer hold",
  AGENT_HOLD: "Agent hold",
  OUTBOUND_WHISPER: "Outbound whisper",
};
