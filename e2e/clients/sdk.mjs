// One chat through the unchanged AWS SDK for JavaScript, with nothing but the
// environment. Arguments: the instance's id, a flow's id. Prints a JSON object
// that names the operations which succeeded.
import assert from "node:assert/strict";
import * as connect from "@aws-sdk/client-connect";
import * as participant from "@aws-sdk/client-connectparticipant";

const [InstanceId, ContactFlowId] = process.argv.slice(2);
const operations = new Set();
const desk = noting("connect", new connect.ConnectClient({}));
const chat = noting("connectparticipant", new participant.ConnectParticipantClient({}));

// noting returns a client that remembers which calls succeeded.
function noting(service, client) {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      operations.add(`${service}.${context.commandName.replace(/Command$/, "")}`);
      return result;
    },
    { step: "initialize", name: "parleyNoting" },
  );
  return client;
}

async function refused(name, call) {
  await assert.rejects(call, (error) => error.name === name && error.message !== "", `want ${name}`);
}

async function talk() {
  const started = await desk.send(new connect.StartChatContactCommand({
    InstanceId,
    ContactFlowId,
    ParticipantDetails: { DisplayName: "Customer" },
    InitialMessage: { ContentType: "text/plain", Content: "first" },
  }));
  const connection = await chat.send(new participant.CreateParticipantConnectionCommand({
    ParticipantToken: started.ParticipantToken,
    Type: ["WEBSOCKET", "CONNECTION_CREDENTIALS"],
    ConnectParticipant: true,
  }));
  assert.match(connection.Websocket.Url, /^wss?:/);
  const { ConnectionToken } = connection.ConnectionCredentials;
  const message = { ConnectionToken, ContentType: "text/plain", Content: "hello" };
  const sent = await chat.send(new participant.SendMessageCommand(message));
  await chat.send(new participant.SendEventCommand({
    ConnectionToken, ContentType: "application/vnd.amazonaws.connect.event.typing",
  }));
  const page = await chat.send(new participant.GetTranscriptCommand({ ConnectionToken, SortOrder: "ASCENDING", MaxResults: 100 }));
  assert.equal(page.Transcript[0].Content, "first");
  assert.ok(page.Transcript.some((item) => item.Id === sent.Id && item.AbsoluteTime === sent.AbsoluteTime));
  await refused("ValidationException", () => chat.send(new participant.SendMessageCommand({ ...message, ContentType: "text/html" })));
  return { ConnectionToken, ContactId: started.ContactId };
}

async function lookAfter(ContactId) {
  const chain = { InstanceId, InitialContactId: ContactId };
  await desk.send(new connect.UpdateContactAttributesCommand({ ...chain, Attributes: { a: "1" } }));
  const attributes = await desk.send(new connect.GetContactAttributesCommand(chain));
  assert.deepEqual(attributes.Attributes, { a: "1" });
  await desk.send(new connect.TagContactCommand({ InstanceId, ContactId, Tags: { shop: "b", team: "a" } }));
  await desk.send(new connect.UntagContactCommand({ InstanceId, ContactId, TagKeys: ["team"] }));
  await desk.send(new connect.UpdateContactCommand({ InstanceId, ContactId, Name: "Order 7" }));
  const { Contact } = await desk.send(new connect.DescribeContactCommand({ InstanceId, ContactId }));
  assert.equal(Contact.Name, "Order 7");
  assert.ok(Contact.InitiationTimestamp instanceof Date && Contact.ConnectedToSystemTimestamp instanceof Date);
}

async function leave({ ConnectionToken, ContactId }) {
  await chat.send(new participant.DisconnectParticipantCommand({ ConnectionToken }));
  await refused("AccessDeniedException", () => chat.send(new participant.GetTranscriptCommand({ ConnectionToken })));
  await refused("ContactNotFoundException", () => desk.send(new connect.StopContactCommand({ InstanceId, ContactId })));
}

const fields = (ContactId, ...ContactFields) => () => desk.send(new connect.DeleteContactDataCommand({ InstanceId, ContactId, ContactFields }));

// JavaScript's SDK checks nothing before it sends: the server must.
async function refusals() {
  const request = { InstanceId, ContactFlowId, ParticipantDetails: { DisplayName: "Customer" } };
  const start = (more) => () => desk.send(new connect.StartChatContactCommand({ ...request, ...more }));
  await refused("InvalidParameterException", start({ ChatDurationInMinutes: 59 }));
  await refused("InvalidParameterException", start({ ParticipantDetails: { DisplayName: "" } }));
  await refused("ResourceNotFoundException", start({ ContactFlowId: "00000000-0000-4000-8000-000000000000" }));
}

async function resources() {
  const { Instance } = await desk.send(new connect.DescribeInstanceCommand({ InstanceId }));
  assert.equal(Instance.Id, InstanceId);
  const { QueueSummaryList } = await desk.send(new connect.ListQueuesCommand({ InstanceId }));
  const queue = QueueSummaryList.find((summary) => summary.Name === "BasicQueue");
  await desk.send(new connect.DescribeQueueCommand({ InstanceId, QueueId: queue.Id }));
  await desk.send(new connect.ListInstancesCommand({}));
  await desk.send(new connect.ListContactFlowsCommand({ InstanceId }));
  await desk.send(new connect.DescribeContactFlowCommand({ InstanceId, ContactFlowId }));
}

const ours = await talk();
await lookAfter(ours.ContactId);
await refused("ContactNotTerminatedException", fields(ours.ContactId, "CUSTOMER_ENDPOINT"));
await leave(ours);
await fields(ours.ContactId, "CUSTOMER_ENDPOINT")();
await refused("InvalidRequestException", fields(ours.ContactId, "EMAIL_SUBJECT"));
await refused("ResourceNotFoundException", fields("00000000-0000-4000-8000-000000000000", "CUSTOMER_ENDPOINT"));
await refusals();
await resources();
console.log(JSON.stringify({ operations: [...operations].sort() }));
