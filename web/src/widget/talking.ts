// What the widget needs once there is a chat. The form does without, so this comes after it.
export { aloud } from "../chat/aloud";
export { Chat } from "../chat/chat.svelte";
export { shows } from "../chat/events";
export { Answers } from "./answers.svelte";
export { default as Reading } from "./Reading.svelte";
export { save } from "./save";
export { default as Talk } from "./Talk.svelte";
