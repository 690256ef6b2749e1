// What is known of a contact beside what is said in it: attributes, notes, times.
import { reasonOf, type Api } from "../api/api";
import type { Contact } from "../api/openapi";

export class Facts {
  contact = $state.raw<Contact>();
  trouble = $state("");

  constructor(
    readonly api: Api,
    readonly id: string,
  ) {}

  async load(): Promise<void> {
    this.trouble = "";
    try {
      this.contact = await this.api.ask("GET /api/agent/contacts/{contact}", { path: { contact: this.id } });
    } catch (cause) {
      this.trouble = reasonOf(cause);
    }
  }

  async addNote(text: string): Promise<boolean> {
    this.trouble = "";
    try {
      const note = await this.api.ask("POST /api/agent/contacts/{contact}/notes", { path: { contact: this.id }, body: { text } });
      if (this.contact) this.contact = { ...this.contact, notes: [...this.contact.notes, note] };
      return true;
    } catch (cause) {
      this.trouble = reasonOf(cause);
      return false;
    }
  }
}
