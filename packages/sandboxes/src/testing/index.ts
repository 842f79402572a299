// What tests do to a sandbox, and what they compare with: the far side of the wire as a person or a judge sees it.
export { makeAddress } from "../blockradar/addresses.js";
export { WALLETS as BLOCKRADAR_MASTER_WALLETS } from "../blockradar/chains.js";
export { type FormObject, parseForm } from "../form.js";
export type { Recorded } from "../recorder.js";
export { API_VERSION as STRIPE_API_VERSION } from "../stripe/world.js";
export { blockradarControl, callJson, type JsonReply, press } from "./client.js";
export { startWebhookReceiver, type WebhookReceiver } from "./webhook-receiver.js";
