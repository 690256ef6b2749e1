import { mount } from "svelte";
import { speak } from "../i18n";
import "../ui/base.css";
import App from "./App.svelte";

await speak(navigator.languages);
mount(App, { target: document.getElementById("app")! });
