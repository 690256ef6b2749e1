import { mount } from "svelte";
import { book, speak } from "../i18n";
import "../ui/base.css";
import "./console.css";
import App from "./App.svelte";

book({}); // what the console itself says is English alone, so the whole page is
await speak(navigator.languages);
mount(App, { target: document.getElementById("app")! });
