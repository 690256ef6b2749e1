import { mount } from "svelte";
import "../ui/base.css";
import App from "./App.svelte";

const widget = new URLSearchParams(location.search).get("widget") ?? "";
mount(App, { target: document.getElementById("app")!, props: { widget, origin: location.origin } });
