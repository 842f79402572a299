import { controlRefusal } from "../refusal.js";
import { stripeRoute } from "./api.js";
import { invalidParameter, missingResource } from "./errors.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import { BASIL, inVersion, readVersion } from "./versions.js";
import { API_VERSION, type StripeWorld } from "./world.js";

const MAX_TYPES = 20;

/** `/v1/events`, how missed webhooks are found again, and `/v2/core/events/:id`, what a thin event leaves out. */
export function installEventRoutes(world: StripeWorld): void {
  stripeRoute(world, "GET", "/v1/events", (params) => {
    params.onlyKnown(...LIST_PARAMETERS, "type", "types", "delivery_success");
    const type = params.text("type");
    const types = params.texts("types");
    if (types.length > MAX_TYPES) throw invalidParameter("types", `You can list up to ${MAX_TYPES} types.`);
    const delivered = params.has("delivery_success") ? params.flag("delivery_success") : undefined;
    const events = world.events
      .values()
      .filter(
        (event) =>
          (type === undefined || event.type === type) &&
          (types.length === 0 || types.includes(event.type)) &&
          (delivered === undefined || world.server.webhooks.wasDelivered(event.id) === delivered),
      );
    const page = listPage(events, params, "/v1/events");
    return { ...page, data: page.data.map(({ id }) => world.event(id)) };
  });
  // Which version the endpoint of the webhooks was made with: older ones show older shapes.
  world.server.control("POST", "/sandbox/endpoint", ({ body: { api_version: asked } }) => {
    const version = readVersion(typeof asked === "string" ? asked : undefined);
    world.endpoint = { version, show: (object) => inVersion(world, object, version) as object };
    return { api_version: version };
  });
  // The shapes of before `basil` are shown to webhooks alone: a list has one shape for all of its events.
  world.server.control("POST", "/sandbox/account", ({ body: { api_version: asked } }) => {
    const version = readVersion(typeof asked === "string" ? asked : undefined);
    if (version < BASIL) throw controlRefusal(400, `no older than ${BASIL}`);
    world.accountVersion = version;
    return { api_version: version };
  });
  world.server.onReset(() => {
    world.accountVersion = API_VERSION;
  });
  stripeRoute(world, "GET", "/v1/events/:id", (_params, { params: { id = "" } }) => world.event(id));
  stripeRoute(world, "GET", "/v2/core/events/:id", (_params, { params: { id = "" } }) => {
    const event = world.thinEvents.get(id);
    if (!event) throw missingResource("event", id);
    return event;
  });
}
