// Operations of Amazon Connect, by the route for pages: members stand under the names that they have on the wire.
import type { Api } from "../api/api";

/** An answer, of which a page reads what it knows. */
export type Thing = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any

export async function connect(api: Api, operation: string, input: Thing = {}): Promise<Thing> {
  return (await api.ask("POST /api/connect/{operation}", { path: { operation }, body: input })) as Thing;
}

/** All pages of a list. In operations whose members travel in the query, the token's name begins small. */
export async function all(api: Api, operation: string, member: string, input: Thing = {}): Promise<Thing[]> {
  const found: Thing[] = [];
  let token: string | undefined;
  do {
    const page = await connect(api, operation, token ? { ...input, nextToken: token, NextToken: token } : input);
    found.push(...((page[member] ?? []) as Thing[]));
    token = page.NextToken as string | undefined;
  } while (token);
  return found;
}

/** Things of one kind by what a form can choose: id and name. */
export interface Choice {
  value: string;
  label: string;
}

const lists: Record<string, [operation: string, member: string]> = {
  queue: ["ListQueues", "QueueSummaryList"],
  hours: ["ListHoursOfOperations", "HoursOfOperationSummaryList"],
  flow: ["ListContactFlows", "ContactFlowSummaryList"],
  module: ["ListContactFlowModules", "ContactFlowModulesSummaryList"],
  view: ["ListViews", "ViewsSummaryList"],
  quickconnect: ["ListQuickConnects", "QuickConnectSummaryList"],
  prompt: ["ListPrompts", "PromptSummaryList"],
  group: ["ListUserHierarchyGroups", "UserHierarchyGroupSummaryList"],
  agent: ["ListUsers", "UserSummaryList"],
  routing: ["ListRoutingProfiles", "RoutingProfileSummaryList"],
  security: ["ListSecurityProfiles", "SecurityProfileSummaryList"],
  function: ["ListLambdaFunctions", "LambdaFunctions"],
};

/** The things of a kind, by name; value is the ARN where arn says so. What one may not see is an empty list. */
export async function choices(api: Api, kind: string, arn = false): Promise<Choice[]> {
  const found = lists[kind];
  if (!found) return [];
  try {
    const things: unknown[] = await all(api, found[0], found[1], kind === "queue" ? { queueTypes: ["STANDARD"] } : {});
    return things
      .map((one) => (typeof one === "string" ? { value: one, label: one.split(":function:")[1] ?? one } : choice(one as Thing, arn)))
      .sort((a, b) => a.label.localeCompare(b.label));
  } catch {
    return [];
  }
}

function choice(one: Thing, arn: boolean): Choice {
  return { value: String((arn ? one.Arn : one.Id) ?? one.Id), label: String(one.Name ?? one.Username ?? one.Id) };
}
