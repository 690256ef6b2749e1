import { mount } from "svelte";
import { speak } from "../i18n";
import "../ui/base.css";
import { follow } from "../ui/room";
import App from "./App.svelte";
import { framed } from "./host";
import { widgetOf } from "./start";

// what the site says, then what the browser does
const wished = new URLSearchParams(location.hash.slice(1)).getAll("lang");
if (!framed) follow(document.documentElement); // the frame of a site is as large as its loader makes it
// not awaited at the top: a language's file needs this one, which would wait for it
void speak([...wished, ...navigator.languages]).then(() => mount(App, { target: document.getElementById("app")!, props: { widget: widgetOf(location.pathname) } }));
