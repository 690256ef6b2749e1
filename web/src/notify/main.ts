import { mount } from "svelte";
import { speak } from "../i18n";
import "../ui/base.css";
import { widgetOf } from "../widget/start";
import App from "./App.svelte";

const wished = new URLSearchParams(location.hash.slice(1)).getAll("lang"); // as the window of the chat speaks
void speak([...wished, ...navigator.languages]).then(() => mount(App, { target: document.getElementById("app")!, props: { widget: widgetOf(location.pathname) } }));
