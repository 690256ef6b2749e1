// Writes the types of our own API from openapi.json: each schema as a type, each route with what it takes and answers.
import { readFileSync, writeFileSync } from "node:fs";

const document = JSON.parse(readFileSync(new URL("../../server/workspace/openapi.json", import.meta.url)));
const named = (ref) => ref.split("/").at(-1);
const key = (name) => (/^\w+$/.test(name) ? name : JSON.stringify(name));

/** A schema as TypeScript. What it does not know it refuses, so that nothing is typed by accident. */
function type(schema) {
  if (schema.$ref) return named(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.oneOf) return schema.oneOf.map(type).join(" | ");
  if (schema.allOf) return schema.allOf.map(type).join(" & ");
  switch (schema.type) {
    case "string":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "array":
      return `(${type(schema.items)})[]`;
    case "object":
      return object(schema);
    case undefined:
      return "unknown";
  }
  throw new Error(`no type for ${JSON.stringify(schema)}`);
}

function object({ properties = {}, required = [], additionalProperties: more }) {
  const members = Object.entries(properties).map(([name, schema]) => {
    const about = schema.description ? `/** ${schema.description.replaceAll("*/", "* /")} */ ` : "";
    return `${about}${key(name)}${required.includes(name) ? "" : "?"}: ${type(schema)};`;
  });
  if (members.length === 0) return typeof more === "object" ? `Record<string, ${type(more)}>` : more === false ? "Record<string, never>" : "Record<string, unknown>";
  return `{ ${members.join(" ")} }`;
}

const json = (part) => part?.content?.["application/json"]?.schema;

function route(method, path, operation) {
  const parameters = (operation.parameters ?? []).filter((parameter) => !parameter.$ref);
  const of = (where) => parameters.filter((parameter) => parameter.in === where).map(({ name, required }) => `${key(name)}${required ? "" : "?"}: string;`);
  const members = [
    of("path").length && `path: { ${of("path").join(" ")} }`,
    of("query").length && `query: { ${of("query").join(" ")} }`,
    json(operation.requestBody) && `body: ${type(json(operation.requestBody))}`,
    `answer: ${json(operation.responses["200"]) ? type(json(operation.responses["200"])) : "unknown"}`,
  ].filter(Boolean);
  return `  /** ${operation.summary} Needs: ${operation["x-needs"]}. */\n  "${method.toUpperCase()} ${path}": { ${members.join("; ")} };`;
}

const schemas = Object.entries(document.components.schemas).map(([name, schema]) => `export type ${name} = ${type(schema)};`);
const routes = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => route(method, path, operation)));
writeFileSync(
  new URL("../src/api/openapi.d.ts", import.meta.url),
  `// Written by scripts/types.mjs from server/workspace/openapi.json; not kept.\n\n${schemas.join("\n")}\n\nexport interface Routes {\n${routes.join("\n")}\n}\n`,
);
