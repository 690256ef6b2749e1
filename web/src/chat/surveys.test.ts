import { expect, test } from "vitest";
import { layOut, type Piece } from "./view";

const flows = import.meta.glob<string>(["../../../examples/flows/survey.json", "../../../examples/flows/support-survey.json"], { query: "?raw", import: "default", eager: true });
const forms = import.meta.glob<string>("../../../app/admin/views/form.json", { query: "?raw", import: "default", eager: true });

interface Action {
  Type: string;
  Parameters: { ViewData?: Record<string, unknown>; Attributes?: Record<string, string> };
}

test("the surveys of the examples show the field that their flows keep as the rating, from 1 to 5", () => {
  expect(Object.keys(flows)).toHaveLength(2);
  const form = JSON.parse(Object.values(forms)[0]!);
  for (const flow of Object.values(flows)) {
    const actions: Action[] = JSON.parse(flow).Actions;
    const data = actions.find(({ Type }) => Type === "ShowView")!.Parameters.ViewData!;
    const { pieces, actions: buttons } = layOut({ Name: "Form", Content: { Template: JSON.stringify(form.Template ?? form.Content?.Template), InputSchema: "{}", Actions: [] } }, data);
    const inputs = pieces.filter((piece): piece is Piece & { kind: "input" } => piece.kind === "input").map(({ input }) => input);
    expect(inputs).toMatchObject([{ type: "choice", required: true }]);
    expect(inputs[0]!.options.map(({ value }) => value)).toEqual(["1", "2", "3", "4", "5"]);
    expect(actions.find(({ Type }) => Type === "UpdateContactAttributes")!.Parameters.Attributes).toEqual({ rating: `$.Views.ViewResultData.FormData.${inputs[0]!.name}` });
    expect(buttons).toMatchObject([{ action: "Next", label: "Send" }]);
  }
});
