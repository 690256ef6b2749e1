// Starts chats for the browser, as a site's own back end does.
import * as connect from "@aws-sdk/client-connect";

export const endpoint = globalThis.process.env.AWS_ENDPOINT_URL_CONNECTPARTICIPANT;
export const region = globalThis.process.env.AWS_REGION;

const desk = new connect.ConnectClient({});
const [InstanceId, ContactFlowId, ProcessorArn] = globalThis.process.argv.slice(2);

// startChat returns chatjs's chatDetails of a new customer; more are further
// members of the request.
export async function startChat(more = {}) {
  const started = await desk.send(new connect.StartChatContactCommand({
    InstanceId, ContactFlowId, ParticipantDetails: { DisplayName: "Customer" }, ...more,
  }));
  return { contactId: started.ContactId, participantId: started.ParticipantId, participantToken: started.ParticipantToken };
}

// addBot returns chatjs's chatDetails of a bot in the same chat.
export async function addBot({ contactId }) {
  const made = await desk.send(new connect.CreateParticipantCommand({
    InstanceId, ContactId: contactId, ParticipantDetails: { ParticipantRole: "CUSTOM_BOT", DisplayName: "Bot" },
  }));
  return { contactId, participantId: made.ParticipantId, participantToken: made.ParticipantCredentials.ParticipantToken };
}

// process gives what is said in a chat to the processor.
export async function process({ contactId }) {
  await desk.send(new connect.StartContactMediaProcessingCommand({ InstanceId, ContactId: contactId, ProcessorArn }));
}
