export { blockradarControl, callJson, type JsonReply, press } from "@coffer/sandboxes/testing";
