// What a browser is told at an address where nothing is.
import { book } from ".";

export const words = book(
  {
    nothing: "There is nothing here",
    nothingHow: "Nothing answers at this address. Perhaps it is misspelt. These pages are there:",
    workspace: "The workspace, for agents and supervisors",
    console: "The console, for who runs the contact centre",
    start: "The first page",
  },
  {
    de: async () => ({
      nothing: "Hier ist nichts",
      nothingHow: "Unter dieser Adresse antwortet nichts. Vielleicht ist sie verschrieben. Diese Seiten gibt es:",
      workspace: "Der Arbeitsplatz der Agenten",
      console: "Die Konsole der Betreiber",
      start: "Die erste Seite",
    }),
  },
);
