// What the editor edits: a flow, or a module that flows invoke. The operations of both differ in their names alone.
import type { Api } from "../../api/api";
import { all, connect, type Thing } from "../connect";

export interface Subject {
  module: boolean;
  /** The word for one. */
  one: "flow" | "module";
  /** Where all of them are listed. */
  path: "flows" | "modules";
  /** The group of its permissions. */
  group: "ContactFlows" | "ContactFlowModules";
  /** One with a content, by id and perhaps a qualifier. */
  describe(api: Api, id: string): Promise<Thing>;
  list(api: Api): Promise<Thing[]>;
  create(api: Api, input: Thing): Promise<string>;
  /** Publishes a content, or with the qualifier $SAVED keeps it as the draft. */
  update(api: Api, id: string, content: string): Promise<unknown>;
  about(api: Api, id: string, input: { Name?: string; Description?: string; State?: string }): Promise<unknown>;
  versions(api: Api, id: string): Promise<Thing[]>;
  /** Keeps what is published as a version; with an older version's qualifier, publishes that one again. */
  version(api: Api, id: string, description: string): Promise<unknown>;
  remove(api: Api, id: string): Promise<unknown>;
}

function subject(module: boolean): Subject {
  const of = module ? "ContactFlowModule" : "ContactFlow";
  const id = `${of}Id`;
  return {
    module,
    one: module ? "module" : "flow",
    path: module ? "modules" : "flows",
    group: `${of}s`,
    describe: async (api, which) => (await connect(api, `Describe${of}`, { [id]: which }))[of] as Thing,
    list: (api) => all(api, `List${of}s`, module ? "ContactFlowModulesSummaryList" : "ContactFlowSummaryList"),
    create: async (api, input) => String((await connect(api, `Create${of}`, input))[module ? "Id" : id]),
    update: (api, which, Content) => connect(api, `Update${of}Content`, { [id]: which, Content }),
    about: (api, which, { State, ...input }) => connect(api, `Update${of}Metadata`, { [id]: which, ...input, ...(State && { [module ? "State" : "ContactFlowState"]: State }) }),
    versions: (api, which) => all(api, `List${of}Versions`, `${of}VersionSummaryList`, { [id]: which }),
    version: (api, which, Description) => connect(api, `Create${of}Version`, { [id]: which, Description }),
    remove: (api, which) => connect(api, `Delete${of}`, { [id]: which }),
  };
}

export const flows = subject(false);
export const modules = subject(true);
