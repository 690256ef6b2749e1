// A chat with an assistant through the unchanged AWS SDK for JavaScript. Arguments: the instance's id, the ARN of the flow that plays it, and a flow of
// another type. Prints the operations called.
import assert from "node:assert/strict";
import * as connect from "@aws-sdk/client-connect";
import * as participant from "@aws-sdk/client-connectparticipant";

const [InstanceId, AiAgentId, another] = process.argv.slice(2);
const desk = new connect.ConnectClient({});
const chat = new participant.ConnectParticipantClient({});
const start = (more) => desk.send(new connect.StartAssistantContactCommand({
  InstanceId, AiAgent: { AiAgentId }, ParticipantDetails: { DisplayName: "Ada" }, Attributes: { shop: "b" }, ...more,
}));

const refused = (name, id) => assert.rejects(() => start({ AiAgent: { AiAgentId: id } }),
  (error) => error.name === name && error.message.startsWith("AiAgent.AiAgentId: "), `want ${name}`);

async function texts(ConnectionToken) {
  const page = await chat.send(new participant.GetTranscriptCommand({ ConnectionToken, SortOrder: "ASCENDING", MaxResults: 100 }));
  return page.Transcript.map((item) => item.Content);
}

// hears asks for the transcript until the assistant has said a text.
async function hears(token, text) {
  for (const until = Date.now() + 60_000; !(await texts(token)).includes(text);) {
    assert.ok(Date.now() < until, `the assistant never said: ${text}`);
  }
}

const started = await start({ ClientToken: "once" });
assert.equal((await start({ ClientToken: "once" })).ContactId, started.ContactId);
// the same token of another operation is another
const flow = AiAgentId.split("/").at(-1);
assert.notEqual((await desk.send(new connect.StartChatContactCommand({ InstanceId, ContactFlowId: flow, ParticipantDetails: { DisplayName: "Ada" }, ClientToken: "once" }))).ContactId, started.ContactId);
const { ConnectionCredentials: { ConnectionToken } } = await chat.send(new participant.CreateParticipantConnectionCommand({
  ParticipantToken: started.ParticipantToken, Type: ["WEBSOCKET", "CONNECTION_CREDENTIALS"], ConnectParticipant: true,
}));
await hears(ConnectionToken, "I am the shop's assistant. What can I do for you?");
const { Attributes } = await desk.send(new connect.GetContactAttributesCommand({ InstanceId, InitialContactId: started.ContactId }));
assert.equal(Attributes.shop, "b");
await chat.send(new participant.SendMessageCommand({ ConnectionToken, ContentType: "text/plain", Content: "When are you open?" }));
await hears(ConnectionToken, "We are here from 9 to 5.");
await chat.send(new participant.DisconnectParticipantCommand({ ConnectionToken }));

const next = await start({
  AiAgent: { AiAgentId: AiAgentId.split("/").at(-1) }, InitialMessage: { ContentType: "text/plain", Content: "It is me again" },
  PersistentChat: { RehydrationType: "ENTIRE_PAST_SESSION", SourceContactId: started.ContactId },
});
assert.equal(next.ContinuedFromContactId, started.ContactId);

await refused("ResourceNotFoundException", "00000000-0000-4000-8000-000000000000");
await refused("InvalidRequestException", another);
await refused("InvalidRequestException", `${AiAgentId}:$SAVED`);
console.log(JSON.stringify({ operations: ["connect.StartAssistantContact"] }));
